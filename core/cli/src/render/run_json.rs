//! The result of a run as one JSON document.

use serde_json::{Value, json};
use sqlflow_run::Problem;
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

fn step(step: &StepState) -> Value {
    json!({
        "id": step.planned.id,
        "kind": step.planned.kind,
        "name": step.planned.name,
        "depends_on": step.planned.depends_on,
        "status": step.status,
        "attempt": step.attempt,
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
