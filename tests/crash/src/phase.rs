use std::fmt;

use sqlflow_state::{RunState, RunStatus, StepKind, StepState, StepStatus};

use crate::Seen;

/// In which part of a run its process was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Nothing of the run was in the log.
    BeforeStart,
    /// No step was under way.
    BetweenSteps,
    /// A load was under way and had not committed.
    DuringLoad,
    /// A table was being made out of others, and had not been committed.
    DuringTransform,
    /// An export was under way and had not been published.
    DuringExport,
    /// A step had committed or published, and the log did not say so.
    CommitToEvent,
    /// The run had ended.
    After,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 7] = [
        Self::BeforeStart,
        Self::BetweenSteps,
        Self::DuringLoad,
        Self::DuringTransform,
        Self::DuringExport,
        Self::CommitToEvent,
        Self::After,
    ];

    /// The part of the run in which what was seen was left.
    pub fn of(seen: &Seen) -> Self {
        let Some((run, state)) = seen.newest() else { return Self::BeforeStart };
        if state.is_terminal() && !is_open(&state) {
            return Self::After;
        }
        let running = state.steps().iter().filter(|step| was_running(step));
        let running: Vec<_> = running.map(|step| &step.planned).collect();
        let is = |kind: StepKind| running.iter().any(|step| step.kind == kind);
        if running.iter().any(|step| seen.has_committed(run, step)) {
            Self::CommitToEvent
        } else if is(StepKind::Load) {
            Self::DuringLoad
        } else if is(StepKind::Transform) {
            Self::DuringTransform
        } else if is(StepKind::Export) {
            Self::DuringExport
        } else {
            Self::BetweenSteps
        }
    }
}

/// Whether a step was under way, also where the supervisor has told what became of it.
fn was_running(step: &StepState) -> bool {
    let died = step.error.as_ref().is_some_and(|error| error.code.starts_with("SF081"));
    step.status == StepStatus::Running || (step.status == StepStatus::Failed && died)
}

/// Whether the next run takes this one up. A death that the supervisor has told is one that the log
/// knows of, and ends the run no more than one that it does not.
pub(crate) fn is_open(state: &RunState) -> bool {
    match state.status() {
        RunStatus::Succeeded | RunStatus::Cancelled => false,
        RunStatus::Failed => {
            state.failure().is_some_and(|failure| failure.error.code.starts_with("SF081"))
        }
        _ => true,
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BeforeStart => "before the start",
            Self::BetweenSteps => "between steps",
            Self::DuringLoad => "during a load",
            Self::DuringTransform => "during a transform",
            Self::DuringExport => "during an export",
            Self::CommitToEvent => "between commit and event",
            Self::After => "after the end",
        })
    }
}
