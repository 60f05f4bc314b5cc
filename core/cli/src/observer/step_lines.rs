//! What there is to say about an event, in a line.

use std::collections::HashMap;
use std::time::Duration;

use sqlflow_state::{Event, EventBody, PlannedStep, RunId, RunState, StepKind, StepResult};

use crate::render::clean::clean_line;
use crate::render::quantity::{bytes, counted, duration};

/// The widest column of names.
const WIDEST: usize = 40;

const GREEN: &str = "\u{1b}[32m";
const RED: &str = "\u{1b}[31m";
const YELLOW: &str = "\u{1b}[33m";
const PLAIN: &str = "\u{1b}[0m";

/// Turns events into lines; knows the steps from the run's first event.
#[derive(Debug, Default)]
pub(crate) struct StepLines {
    steps: HashMap<String, PlannedStep>,
    width: usize,
}

impl StepLines {
    /// The line about a run that goes on.
    pub(crate) fn taken_up(&mut self, run: RunId, state: &RunState) -> String {
        let done = state.steps().iter().filter(|step| step.is_done()).count();
        let line = format!("resuming run {run}: {done} of {} steps are done", state.steps().len());
        match state.in_memory() && done > 0 {
            true => format!(
                "{line}; what was in memory is made again, exports that were published are not sent again"
            ),
            false => line,
        }
    }

    /// The line about an event that is worth one.
    pub(crate) fn line(&mut self, event: &Event) -> Option<String> {
        let step = event.step.as_deref().unwrap_or_default();
        Some(match &event.body {
            EventBody::RunStarted(started) => self.begin(&started.steps, &started.profile),
            EventBody::RunResumed(resumed) => {
                self.know(&resumed.steps);
                return None;
            }
            EventBody::StepSucceeded(result) => {
                format!("{GREEN}●{PLAIN} {}  {}", self.title(step), figures(result))
            }
            EventBody::StepFailed(failure) => {
                let took = duration(Duration::from_micros(failure.result.duration_us));
                format!("{RED}✗{PLAIN} {}  failed  {took}", self.title(step))
            }
            EventBody::StepRetryScheduled(scheduled) => {
                let due = scheduled.due;
                format!("{YELLOW}↻{PLAIN} {}  again at {due:.0}", self.title(step))
            }
            EventBody::StepSkipped(skipped) => {
                let reason = clean_line(&skipped.reason);
                format!("{YELLOW}○{PLAIN} {}  skipped: {reason}", self.title(step))
            }
            EventBody::StepCancelled => {
                format!("{YELLOW}○{PLAIN} {}  cancelled", self.title(step))
            }
            EventBody::CancelRequested => "cancelling; once more ends it at once".to_owned(),
            _ => return None,
        })
    }

    /// Kind and name of a step, in columns.
    pub(crate) fn title(&self, id: &str) -> String {
        let (kind, name) = match self.steps.get(id) {
            Some(step) => (word(step.kind), clean_line(&step.name)),
            None => ("step", clean_line(id)),
        };
        format!("{kind:<9}  {name:<width$}", width = self.width)
    }

    fn begin(&mut self, steps: &[PlannedStep], profile: &str) -> String {
        self.know(steps);
        let of = |kind| steps.iter().filter(|step| step.kind == kind).count() as u64;
        format!(
            "plan  {} · {} · {} · profile {}",
            counted(steps.len() as u64, "step"),
            counted(of(StepKind::Source), "source"),
            counted(of(StepKind::Export), "export"),
            clean_line(profile),
        )
    }

    fn know(&mut self, steps: &[PlannedStep]) {
        self.steps = steps.iter().map(|step| (step.id.clone(), step.clone())).collect();
        let widths = steps.iter().map(|step| clean_line(&step.name).chars().count());
        self.width = widths.max().unwrap_or_default().min(WIDEST);
    }
}

/// The word of the plan for a kind of step.
pub(crate) fn word(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Source => "source",
        StepKind::Load => "load",
        StepKind::Transform => "transform",
        StepKind::Export => "export",
        StepKind::Test => "test",
        _ => "step",
    }
}

/// Rows, bytes and time, where they mean something for the step.
fn figures(result: &StepResult) -> String {
    let rows = result.rows_out;
    let rows = (rows > 0 || result.output_schema.is_some()).then(|| counted(rows, "row"));
    let size = result.bytes_out.or(result.bytes_in).map(bytes);
    let took = duration(Duration::from_micros(result.duration_us));
    let rejected = result.rows_rejected;
    let rejected = (rejected > 0).then(|| format!("{} rejected", counted(rejected, "row")));
    let parts: Vec<String> = [rows, size, rejected, Some(took)].into_iter().flatten().collect();
    parts.join("  ")
}
