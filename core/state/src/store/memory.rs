//! The store that forgets with the process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::{
    Event, Fact, HistoryQuery, Lease, LeaseRequest, RunId, RunState, RunStore, RunSummary, Scope,
    StoreError, apply,
};

/// Keeps logs in memory, for as long as it lives: for tests and runs without state.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    logs: BTreeMap<RunId, Vec<Event>>,
    states: HashMap<RunId, RunState>,
    leases: HashMap<Scope, Lease>,
    seen: HashMap<(String, RunId), u64>,
}

impl MemoryStore {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // It only ever changes by whole appends, so a panic elsewhere leaves it whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn check_fence(&self, lease: Option<&Lease>) -> Result<(), StoreError> {
        lease.map_or(Ok(()), |lease| lease.check_fence(self.leases.get(&lease.scope)))
    }

    fn log(&self, run: &RunId) -> Result<&Vec<Event>, StoreError> {
        self.logs.get(run).ok_or(StoreError::RunNotFound { run: *run })
    }

    fn state(&self, run: &RunId) -> Result<&RunState, StoreError> {
        self.states.get(run).ok_or(StoreError::RunNotFound { run: *run })
    }
}

impl RunStore for MemoryStore {
    fn append(
        &self,
        run: &RunId,
        expected_seq: u64,
        lease: Option<&Lease>,
        facts: Vec<Fact>,
    ) -> Result<Vec<Event>, StoreError> {
        let mut kept = self.kept();
        kept.check_fence(lease)?;
        let actual = kept.logs.get(run).map_or(0, |log| log.len() as u64);
        if actual != expected_seq {
            return Err(StoreError::Stale { run: *run, expected: expected_seq, actual });
        }
        let events = Event::place(*run, actual, Timestamp::now(), facts);
        if events.is_empty() {
            return Ok(events);
        }
        let state = kept.states.remove(run).unwrap_or_default();
        kept.states.insert(*run, events.iter().fold(state, apply));
        kept.logs.entry(*run).or_default().extend_from_slice(&events);
        Ok(events)
    }

    fn load(&self, run: &RunId, after: u64) -> Result<Vec<Event>, StoreError> {
        let kept = self.kept();
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        Ok(kept.log(run)?.iter().skip(after).cloned().collect())
    }

    fn summary(&self, run: &RunId) -> Result<RunSummary, StoreError> {
        Ok(RunSummary::of(*run, self.kept().state(run)?))
    }

    fn history(&self, query: &HistoryQuery) -> Result<Vec<RunSummary>, StoreError> {
        let kept = self.kept();
        let newest_first = kept.logs.keys().rev();
        let all = newest_first.filter_map(|run| {
            let state = kept.states.get(run)?;
            let summary = RunSummary::of(*run, state);
            let status = |(id, _): &(String, _)| state.step(id).map(|step| step.status.to_string());
            let step = query.step.as_ref().and_then(status);
            (query.matches(&summary) && query.matches_step(step.as_deref())).then_some(summary)
        });
        let limit = if query.limit == 0 { usize::MAX } else { query.limit };
        Ok(all.take(limit).collect())
    }

    fn acquire(&self, request: &LeaseRequest) -> Result<Lease, StoreError> {
        let mut kept = self.kept();
        let lease = Lease::after(kept.leases.get(&request.scope), request, Timestamp::now())?;
        kept.leases.insert(lease.scope.clone(), lease.clone());
        Ok(lease)
    }

    fn renew(&self, lease: &Lease, lasts: Duration) -> Result<Lease, StoreError> {
        let mut kept = self.kept();
        kept.check_fence(Some(lease))?;
        let renewed = lease.renewed(Timestamp::now(), lasts);
        kept.leases.insert(lease.scope.clone(), renewed.clone());
        Ok(renewed)
    }

    fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        let mut kept = self.kept();
        if kept.check_fence(Some(lease)).is_ok() {
            kept.leases.insert(lease.scope.clone(), lease.ended());
        }
        Ok(())
    }

    fn lease(&self, scope: &Scope) -> Result<Option<Lease>, StoreError> {
        Ok(self.kept().leases.get(scope).cloned())
    }

    fn unseen(&self, observer: &str) -> Result<Vec<(RunId, u64)>, StoreError> {
        let kept = self.kept();
        let seen = |run: &RunId| kept.seen.get(&(observer.to_owned(), *run)).copied().unwrap_or(0);
        let runs = kept.logs.iter().map(|(run, log)| (*run, seen(run), log.len() as u64));
        Ok(runs.filter(|(_, seen, last)| seen < last).map(|(run, seen, _)| (run, seen)).collect())
    }

    fn knows(&self, observer: &str) -> Result<bool, StoreError> {
        Ok(self.kept().seen.keys().any(|(name, _)| name == observer))
    }

    fn saw(&self, observer: &str, run: &RunId, seq: u64) -> Result<(), StoreError> {
        let mut kept = self.kept();
        let seen = kept.seen.entry((observer.to_owned(), *run)).or_default();
        *seen = (*seen).max(seq);
        Ok(())
    }

    fn rebuild(&self, repair: bool) -> Result<Vec<RunId>, StoreError> {
        let mut kept = self.kept();
        let fold = |log: &Vec<Event>| log.iter().fold(RunState::default(), apply);
        let all: Vec<_> = kept.logs.iter().map(|(run, log)| (*run, fold(log))).collect();
        let (runs, states): (Vec<_>, Vec<_>) =
            all.into_iter().filter(|(run, state)| kept.states.get(run) != Some(state)).unzip();
        if repair {
            kept.states.extend(runs.iter().copied().zip(states));
        }
        Ok(runs)
    }

    fn remove(&self, run: &RunId) -> Result<(), StoreError> {
        let mut kept = self.kept();
        kept.log(run)?;
        kept.logs.remove(run);
        kept.states.remove(run);
        kept.seen.retain(|(_, of), _| of != run);
        Ok(())
    }
}
