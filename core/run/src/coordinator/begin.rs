//! How a run begins: as a new one, or as one that goes on.

use sqlflow_state::{
    Command, HistoryQuery, PlannedStep, RunId, RunResumed, RunStarted, RunState, RunStatus,
    RunStore, Scope, StepKind, StoreError, apply,
};

use crate::{code, process};

/// How many runs are looked through for the last one of a profile.
const LOOKED_THROUGH: usize = 100;

/// The run that was begun last of a pipeline with a profile, as its log has it. A run belongs to
/// its profile: in the database of another one nothing of it is done.
pub(crate) fn last_run(
    store: &dyn RunStore,
    scope: &Scope,
    profile: &str,
) -> Result<Option<(RunId, RunState)>, StoreError> {
    let query = HistoryQuery {
        project: Some(scope.project.clone()),
        pipeline: Some(scope.pipeline.clone()),
        limit: LOOKED_THROUGH,
        ..HistoryQuery::default()
    };
    let runs = store.history(&query)?;
    let Some(last) = runs.into_iter().find(|run| run.profile == profile) else { return Ok(None) };
    Ok(Some((last.run_id, load(store, last.run_id)?)))
}

/// The state of a run.
pub(crate) fn load(store: &dyn RunStore, run: RunId) -> Result<RunState, StoreError> {
    Ok(store.load(&run, 0)?.iter().fold(RunState::default(), apply))
}

/// Whether a plain `run` takes it up: its process died before it could end. The lease is ours, so
/// no other process has it.
pub(crate) fn was_interrupted(state: &RunState) -> bool {
    match state.status() {
        RunStatus::Pending | RunStatus::Succeeded | RunStatus::Cancelled => false,
        RunStatus::Running | RunStatus::Cancelling => true,
        RunStatus::Failed => {
            state.failure().is_some_and(|failure| code::is_death(&failure.error.code))
        }
    }
}

/// Begins a run anew.
pub(super) fn start(started: RunStarted) -> Command {
    Command::StartRun(RunStarted { owner: process::this(), ..started })
}

/// Takes a run up. What was made in memory died with the process and is made again; exports that
/// were published are not.
pub(super) fn resume(state: &RunState, steps: Vec<PlannedStep>) -> Command {
    let is_gone = |kind: StepKind| state.in_memory() && kind != StepKind::Export;
    let done = state.steps().iter().filter(|step| step.is_done());
    let redo = done.filter(|step| is_gone(step.planned.kind));
    let redo = redo.map(|step| step.planned.id.clone()).collect();
    Command::ResumeRun(RunResumed { owner: process::this(), steps, redo })
}
