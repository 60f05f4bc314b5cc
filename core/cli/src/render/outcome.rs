//! How a run ended, for people.

use std::path::Path;
use std::time::Duration;

use sqlflow_state::{RunId, RunState, RunStatus, StepError, StepKind, StepState, StepStatus};

use crate::observer::first_rows::FirstRows;
use crate::observer::word;
use crate::pages;
use crate::render::clean::clean_line;
use crate::render::place::shown;
use crate::render::quantity::{bytes, count, counted, duration};
use crate::render::rows::table_of;
use crate::render::{github, step_error};

/// Every failed step with its error, and how to read more about the first.
pub(crate) fn failures(state: &RunState) -> String {
    let errors = errors(state);
    let texts = errors.iter().map(|(error, step)| step_error::text(error, *step));
    let hint = pages::hint(errors.iter().map(|(error, _)| error.code.as_str()));
    texts.collect::<Vec<_>>().join("\n") + &hint
}

/// The same as annotations of a GitHub workflow.
pub(crate) fn annotations(state: &RunState) -> String {
    errors(state).into_iter().map(|(error, _)| github::error(error)).collect()
}

/// What the exports wrote: a line each, and under it the first rows where they are kept.
pub(crate) fn exports(state: &RunState, first_rows: &FirstRows) -> String {
    let done = state.steps().iter().filter(|step| step.status == StepStatus::Succeeded);
    let exports = done.filter(|step| step.planned.kind == StepKind::Export);
    exports.map(|step| export(step) + &first_rows_of(step, first_rows)).collect()
}

/// The last line: the status, what has to be said before all, and what was done.
pub(crate) fn last_line(state: &RunState, id: Option<RunId>, notes: &[String]) -> String {
    let steps = state.steps();
    let done = steps.iter().filter(|step| step.status == StepStatus::Succeeded).count();
    let mut parts = notes.to_vec();
    parts.push(format!("{done}/{} steps", steps.len()));
    match state.status() {
        RunStatus::Succeeded => parts.extend(rows(steps)),
        RunStatus::Failed => parts.extend(blame(state)),
        _ => {}
    }
    parts.extend(took(state).map(duration));
    parts.extend(id.map(|id| format!("run {id}")));
    format!("{}  {}\n", first_word(state.status()), parts.join(" · "))
}

/// What to do about a run that its process has left before its end.
pub(crate) fn how_to_go_on(state: &RunState, id: Option<RunId>) -> String {
    match id {
        Some(id) if !state.is_terminal() => {
            format!("nothing is lost: `sqlflow runs resume {id}` goes on\n")
        }
        _ => String::new(),
    }
}

/// How long the run took.
pub(crate) fn took(state: &RunState) -> Option<Duration> {
    let (start, end) = state.started_at().zip(state.finished_at())?;
    Duration::try_from(end.duration_since(start)).ok()
}

/// The errors of the steps that failed, with their ids; else what ended the run.
fn errors(state: &RunState) -> Vec<(&StepError, Option<&str>)> {
    let failed = state.steps().iter().filter(|step| step.status == StepStatus::Failed);
    let steps = failed.filter_map(|step| Some((step.error.as_ref()?, Some(&*step.planned.id))));
    let mut errors: Vec<_> = steps.collect();
    if errors.is_empty() {
        errors.extend(state.failure().map(|failure| (&failure.error, None)));
    }
    errors
}

fn export(step: &StepState) -> String {
    let Some(result) = &step.result else { return String::new() };
    let size = result.bytes_out.map(|size| format!("  {}", bytes(size))).unwrap_or_default();
    let figures = format!("{}{size}", counted(result.rows_out, "row"));
    let places = if result.places.is_empty() {
        vec![clean_line(&step.planned.name)]
    } else {
        result.places.iter().map(|place| shown(Path::new(place))).collect()
    };
    format!("→ {}  {figures}\n", places.join(", "))
}

fn first_rows_of(step: &StepState, first_rows: &FirstRows) -> String {
    let rows = first_rows.of(&step.planned.id);
    rows.and_then(|rows| table_of(&rows)).unwrap_or_default()
}

/// Rows read from sources and rows written by exports.
fn rows(steps: &[StepState]) -> [String; 2] {
    let results =
        || steps.iter().filter_map(|step| Some((step.planned.kind, step.result.as_ref()?)));
    let read = results().map(|(_, result)| result.rows_in).sum();
    let exported = results().filter(|(kind, _)| *kind == StepKind::Export);
    let written = exported.map(|(_, result)| result.rows_out).sum();
    [format!("{} read", counted(read, "row")), format!("{} exported", count(written))]
}

/// The failed step by kind and name.
fn blame(state: &RunState) -> Option<String> {
    let step = state.step(state.failure()?.failed_step.as_deref()?)?;
    let name = clean_line(&step.planned.name);
    Some(format!("{} {name} ({})", word(step.planned.kind), step.planned.id))
}

fn first_word(status: RunStatus) -> String {
    match status {
        RunStatus::Succeeded => "\u{1b}[32mok\u{1b}[0m".to_owned(),
        RunStatus::Running => "\u{1b}[33mstopped\u{1b}[0m".to_owned(),
        other => format!("\u{1b}[31m{other}\u{1b}[0m"),
    }
}
