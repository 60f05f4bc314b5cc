//! The end of a run whose process died, told by the process that watched it.

use sqlflow_plugin_sdk::CancelToken;
use sqlflow_state::{Command, Failure, RunId, Scope, StepError, StepResult};

use super::{
    begin,
    log::{Log, LogError},
};
use crate::{Workspace, errors, lease::HeldLease, run_store};

/// Tells in the log of a run that its process died: what ran failed with this error, and so did
/// the run. It can be taken up again. Nothing is told of a run that had ended, or is not kept.
///
/// # Errors
///
/// The store cannot be written, or another process has the run by now.
pub fn record_death(workspace: &Workspace, run: RunId, error: &StepError) -> Result<(), StepError> {
    let store = run_store::open_to_look(workspace)?;
    let Ok(state) = begin::load(store.as_ref(), run) else { return Ok(()) };
    if state.is_terminal() {
        return Ok(());
    }
    let (project, pipeline) = (state.project().to_owned(), state.pipeline().to_owned());
    let scope = Scope { project, pipeline };
    let lease = HeldLease::take(&store, &scope, None, &CancelToken::new())
        .map_err(|error| errors::of_store(&error))?;
    let mut log = Log::new(run, &store, lease.lease(), state);
    tell(&mut log, error).map_err(|error| error.told())
}

fn tell(log: &mut Log, error: &StepError) -> Result<(), LogError> {
    let running = log.state().running().map(|step| step.planned.id.clone());
    for step in running.collect::<Vec<_>>() {
        let failure = Failure { error: error.clone(), result: StepResult::default() };
        log.tell(Command::FailStep { step, failure: Box::new(failure) })?;
    }
    log.tell(Command::FailRun { error: error.clone() })?;
    Ok(())
}
