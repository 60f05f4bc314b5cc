//! A run as its log has it, for people.

use std::time::Duration;

use sqlflow_run::RunView;
use sqlflow_state::{Event, EventBody, StepState, StepStatus};

use crate::observer::word;
use crate::render::clean::clean_line;
use crate::render::outcome::{failures, took};
use crate::render::quantity::{count, duration};
use crate::render::table::Table;

/// The run, its steps, and why what failed has failed.
pub(crate) fn text(view: &RunView) -> String {
    let state = &view.state;
    let mut text = format!("run {}  {}\n", view.run_id, view.word());
    let mut line = |word: &str, what: String| {
        text.push_str(&format!("{word:<9} {}\n", clean_line(&what)));
    };
    line("pipeline", format!("{}  (profile {})", state.pipeline(), state.profile()));
    line("began", state.started_at().map(|at| format!("{at:.0}")).unwrap_or_default());
    if let Some(took) = took(state) {
        line("took", duration(took));
    }
    line("process", state.owner().to_owned());
    text.push_str(&steps(state.steps()));
    text.push_str(&failures(state));
    text.push_str(&what_now(view));
    text
}

fn steps(steps: &[StepState]) -> String {
    let mut table =
        Table::new(["step", "kind", "status", "attempt", "rows in", "rows out", "took", "after"]);
    [3, 4, 5, 6].into_iter().for_each(|column| table.right(column));
    for step in steps {
        let result = step.result.as_ref();
        let number = |rows: Option<u64>| rows.map(count).unwrap_or_default();
        table.row([
            step.planned.id.clone(),
            word(step.planned.kind).to_owned(),
            status(step),
            step.attempt.to_string(),
            number(result.map(|result| result.rows_in)),
            number(result.map(|result| result.rows_out)),
            result
                .map(|result| duration(Duration::from_micros(result.duration_us)))
                .unwrap_or_default(),
            step.planned.depends_on.join(", "),
        ]);
    }
    table.draw()
}

/// Such as `succeeded (recovered)`, or when the next attempt is due.
fn status(step: &StepState) -> String {
    let is_recovered = step.result.as_ref().is_some_and(|result| result.recovered);
    match (step.status, step.due_at) {
        (StepStatus::Succeeded, _) if is_recovered => format!("{} (recovered)", step.status),
        (StepStatus::Retrying, Some(due)) => format!("{} at {due:.0}", step.status),
        (status, _) => status.to_string(),
    }
}

/// The processes that had a part in the run, where there was more than one.
pub(crate) fn processes(events: &[Event]) -> String {
    let told: Vec<String> = events.iter().filter_map(process).collect();
    if told.len() < 2 { String::new() } else { told.concat() }
}

fn process(event: &Event) -> Option<String> {
    let (did, owner) = match &event.body {
        EventBody::RunStarted(started) => ("began", &started.owner),
        EventBody::RunResumed(resumed) => ("resumed", &resumed.owner),
        _ => return None,
    };
    Some(format!("{did} {:.0} by {}\n", event.ts, clean_line(owner)))
}

fn what_now(view: &RunView) -> String {
    if !view.is_interrupted() {
        return String::new();
    }
    let id = view.run_id;
    format!(
        "its process has died: `sqlflow runs resume {id}` goes on, `sqlflow runs cancel {id}` gives it up\n"
    )
}
