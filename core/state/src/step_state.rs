//! What the log says about one step.

use jiff::Timestamp;

use crate::{PlannedStep, SkipCause, StepError, StepResult, StepSkipped, StepStatus};

/// What the log says about one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepState {
    /// The step as planned.
    pub planned: PlannedStep,
    /// How far it has come.
    pub status: StepStatus,
    /// The number of its last attempt; 0 before the first.
    pub attempt: u32,
    /// How many attempts have failed since the run was started or resumed.
    pub failures: u32,
    /// When the next attempt may begin, while it waits for that.
    pub due_at: Option<Timestamp>,
    /// When all that it depends on was done.
    pub queued_at: Option<Timestamp>,
    /// When its last attempt began.
    pub started_at: Option<Timestamp>,
    /// When its status became terminal.
    pub finished_at: Option<Timestamp>,
    /// What its last finished attempt did.
    pub result: Option<StepResult>,
    /// Why its last finished attempt failed.
    pub error: Option<StepError>,
    /// Why it was skipped.
    pub skipped: Option<StepSkipped>,
}

impl StepState {
    pub(crate) fn new(planned: PlannedStep) -> Self {
        Self {
            planned,
            status: StepStatus::Pending,
            attempt: 0,
            failures: 0,
            due_at: None,
            queued_at: None,
            started_at: None,
            finished_at: None,
            result: None,
            error: None,
            skipped: None,
        }
    }

    /// The step as it is taken up again: its attempts go on counting, its failures begin anew.
    pub(crate) fn again(&self, planned: &PlannedStep) -> Self {
        Self { attempt: self.attempt, ..Self::new(planned.clone()) }
    }

    pub(crate) fn rows_out(&self) -> u64 {
        self.result.as_ref().map_or(0, |result| result.rows_out)
    }

    /// Whether the steps that depend on it may run: it succeeded, or was skipped by plan.
    pub fn is_done(&self) -> bool {
        let by_plan = |skipped: &StepSkipped| skipped.cause == SkipCause::Plan;
        self.status == StepStatus::Succeeded || self.skipped.as_ref().is_some_and(by_plan)
    }
}
