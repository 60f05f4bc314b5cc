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
