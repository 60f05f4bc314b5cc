//! The store that forgets with the process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::{Event, Fact, RunId, RunStore, StoreError};

/// Keeps logs in memory, for as long as it lives: for tests and runs without state.
#[derive(Debug, Default)]
pub struct MemoryStore {
    logs: Mutex<HashMap<RunId, Vec<Event>>>,
}

impl MemoryStore {
    fn logs(&self) -> MutexGuard<'_, HashMap<RunId, Vec<Event>>> {
        // A log only ever grows by whole appends, so a panic elsewhere leaves it whole.
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RunStore for MemoryStore {
    fn append(
        &self,
        run: &RunId,
        expected_seq: u64,
        facts: Vec<Fact>,
    ) -> Result<Vec<Event>, StoreError> {
        let mut logs = self.logs();
        let actual = logs.get(run).map_or(0, |log| log.len() as u64);
        if actual != expected_seq {
            return Err(StoreError::Stale { run: *run, expected: expected_seq, actual });
        }
        if facts.is_empty() {
            return Ok(Vec::new());
        }
        let now = Timestamp::now();
        let events: Vec<_> = facts
            .into_iter()
            .zip(actual + 1..)
            .map(|(fact, seq)| Event::new(*run, seq, now, fact))
            .collect();
        logs.entry(*run).or_default().extend_from_slice(&events);
        Ok(events)
    }

    fn load(&self, run: &RunId) -> Result<Vec<Event>, StoreError> {
        self.logs().get(run).cloned().ok_or(StoreError::RunNotFound { run: *run })
    }
}
