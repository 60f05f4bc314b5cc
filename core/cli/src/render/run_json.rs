//! The result of a run as one JSON document.

use serde_json::{Value, json};
use sqlflow_run::{Problem, RunView};
use sqlflow_state::{RunId, RunState, StepState, Timestamp};

use crate::render::findings;
use crate::render::outcome::took;

/// The run as its events tell it, with the warnings found before it.
pub(crate) fn json(
    state: &RunState,
    id: Option<RunId>,
    exit_code: u8,
    warnings: &[Problem],
) -> Value {
    let failure = state.failure();
    json!({
        "run_id": id,
        "status": state.status(),
        "exit_code": exit_code,
        "pipeline": state.pipeline(),
        "profile": state.profile(),
        "started_at": state.started_at().map(instant),
        "finished_at": state.finished_at().map(instant),
        "duration_us": took(state).map(|took| u64::try_from(took.as_micros()).unwrap_or(u64::MAX)),
        "steps": state.steps().iter().map(step).collect::<Vec<_>>(),
        "findings": findings::json(warnings),
        "failed_step": failure.and_then(|failure| failure.failed_step.as_deref()),
        "error": failure.map(|failure| &failure.error),
    })
}

/// The run as its log has it, without what was found before it began.
pub(crate) fn of_view(view: &RunView) -> Value {
    let mut document = json(&view.state, Some(view.run_id), 0, &[]);
    if let Some(document) = document.as_object_mut() {
        document.insert("status".to_owned(), view.word().into());
        document.insert("owner".to_owned(), view.state.owner().into());
        document.shift_remove("exit_code");
        document.shift_remove("findings");
    }
    document
}

fn step(step: &StepState) -> Value {
    json!({
        "id": step.planned.id,
        "kind": step.planned.kind,
        "name": step.planned.name,
        "depends_on": step.planned.depends_on,
        "status": step.status,
        "attempt": step.attempt,
        "due_at": step.due_at.map(instant),
        "started_at": step.started_at.map(instant),
        "finished_at": step.finished_at.map(instant),
        "result": step.result,
        "error": step.error,
        "skipped": step.skipped,
    })
}

/// As in events: RFC 3339 in UTC with six digits.
fn instant(at: Timestamp) -> String {
    format!("{at:.6}")
}
