//! Ends a run that nobody runs any more.

use std::sync::Arc;

use sqlflow_fault as fault;
use sqlflow_plugin_sdk::CancelToken;
use sqlflow_state::{Command, RunId, RunStore, Scope};

use super::{
    begin,
    log::{Log, LogError},
};
use crate::lease::HeldLease;

/// Takes over a run whose process has died, and cancels it: what was under way died with the
/// process, and what is done stays done.
pub(crate) fn cancel_interrupted(
    store: &Arc<dyn RunStore>,
    scope: &Scope,
    run: RunId,
) -> Result<(), LogError> {
    let lease =
        HeldLease::take(store, scope, None, &CancelToken::new()).map_err(LogError::Store)?;
    let state = begin::load(store.as_ref(), run).map_err(LogError::Store)?;
    if state.is_terminal() {
        return Ok(());
    }
    give_up(&mut Log::new(run, store, lease.lease(), state))
}

/// Cancels a run whose process has died.
pub(super) fn give_up(log: &mut Log) -> Result<(), LogError> {
    log.tell(Command::CancelRun)?;
    let running = log.state().running().map(|step| step.planned.id.clone());
    for step in running.collect::<Vec<_>>() {
        log.tell(Command::CancelStep { step })?;
    }
    log.tell(Command::FinishRun)?;
    fault::point(fault::RUN_GIVEN_UP);
    Ok(())
}
