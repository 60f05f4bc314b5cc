//! Whether somebody runs a run: what no event can say, since the dead tell nothing.

use sqlflow_state::{RunStore, RunSummary, Scope, StoreError, Timestamp};

use crate::process;

/// Whether a process that is not known to be dead has the lease of a run's pipeline for that run.
/// One of another machine counts as alive until its lease expires.
pub(crate) fn is_live(store: &dyn RunStore, run: &RunSummary) -> Result<bool, StoreError> {
    let lease = store.lease(&scope(run))?;
    Ok(lease.is_some_and(|lease| {
        lease.run == Some(run.run_id)
            && !lease.has_expired(Timestamp::now())
            && !process::is_dead(&lease.owner)
    }))
}

/// Whether a run has not ended and nobody is there to end it.
pub(crate) fn is_interrupted(store: &dyn RunStore, run: &RunSummary) -> Result<bool, StoreError> {
    Ok(!run.status.is_terminal() && !is_live(store, run)?)
}

/// What one runner at a time has, of a run.
pub(crate) fn scope(run: &RunSummary) -> Scope {
    Scope { project: run.project.clone(), pipeline: run.pipeline.clone() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlflow_state::{Command, LeaseRequest, MemoryStore, RunId, RunStarted, RunState, decide};

    use super::*;

    /// A store in which `owner` runs a run under a lease of this length.
    fn running(owner: &str, lasts: Duration) -> (MemoryStore, RunSummary) {
        let (store, run) = (MemoryStore::default(), RunId::new());
        let scope = Scope { project: "/p".to_owned(), pipeline: "daily".to_owned() };
        let asked =
            LeaseRequest { scope: scope.clone(), owner: owner.to_owned(), lasts, instead_of: None };
        let mut lease = store.acquire(&asked).unwrap();
        lease.run = Some(run);
        let lease = store.renew(&lease, lasts).unwrap();
        let Scope { project, pipeline } = scope;
        let started = RunStarted { project, pipeline, ..RunStarted::default() };
        let facts = decide(&RunState::default(), Command::StartRun(started)).unwrap();
        store.append(&run, 0, Some(&lease), facts).unwrap();
        let summary = store.summary(&run).unwrap();
        (store, summary)
    }

    const ELSEWHERE: &str = "PID 7 on another [00000000:1:1]";
    const HOUR: Duration = Duration::from_secs(3_600);

    /// Mutation: `is_live` without `has_expired`; red.
    #[test]
    fn a_run_of_another_machine_is_interrupted_once_its_lease_has_expired() {
        let (store, run) = running(ELSEWHERE, HOUR);
        assert!(!is_interrupted(&store, &run).unwrap());
        let (store, run) = running(ELSEWHERE, Duration::ZERO);
        assert!(is_interrupted(&store, &run).unwrap());
    }

    /// Mutation: `is_live` without `is_dead`; red.
    #[test]
    fn a_run_whose_process_is_known_to_be_dead_is_interrupted_at_once() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let pid = std::process::id().to_string();
        let dead = process::this().replacen(&pid, &child.id().to_string(), 1);
        child.wait().unwrap();
        let (store, run) = running(&dead, HOUR);
        assert!(is_interrupted(&store, &run).unwrap());
        let (store, run) = running(&process::this(), HOUR);
        assert!(!is_interrupted(&store, &run).unwrap());
    }

    /// Mutation: `is_live` without the comparison of the run; red.
    #[test]
    fn a_lease_for_another_run_keeps_no_run_alive() {
        let (store, run) = running(&process::this(), HOUR);
        let other = RunSummary { run_id: RunId::new(), ..run };
        assert!(is_interrupted(&store, &other).unwrap());
    }
}
