//! What the log says about a run.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{OnFailure, RunFailed, RunStatus, StepState, StepStatus};

/// What the log says about a run: the fold of [`apply`](crate::apply) over its events.
///
/// The default is a run of which nothing is known yet. It changes only by `apply`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunState {
    pub(crate) status: RunStatus,
    pub(crate) last_seq: u64,
    pub(crate) pipeline: String,
    pub(crate) profile: String,
    pub(crate) on_failure: OnFailure,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) failure: Option<RunFailed>,
    pub(crate) steps: Vec<StepState>,
    pub(crate) positions: HashMap<String, usize>,
}

impl RunState {
    /// How far the run has come.
    pub fn status(&self) -> RunStatus {
        self.status
    }

    /// Whether the run has ended.
    pub fn is_terminal(&self) -> bool {
        self.status.is_terminal()
    }

    /// The place of the last event; 0 before the first. What an append has to expect.
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// The pipeline's name.
    pub fn pipeline(&self) -> &str {
        &self.pipeline
    }

    /// The profile's name.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// When the run began.
    pub fn started_at(&self) -> Option<Timestamp> {
        self.started_at
    }

    /// When the run ended.
    pub fn finished_at(&self) -> Option<Timestamp> {
        self.finished_at
    }

    /// Why the run failed, once it has.
    pub fn failure(&self) -> Option<&RunFailed> {
        self.failure.as_ref()
    }

    /// The steps, in plan order.
    pub fn steps(&self) -> &[StepState] {
        &self.steps
    }

    /// The step of this id.
    pub fn step(&self, id: &str) -> Option<&StepState> {
        self.positions.get(id).map(|&at| &self.steps[at])
    }

    /// The steps that can be started now, in plan order.
    pub fn runnable(&self) -> impl Iterator<Item = &StepState> {
        self.steps.iter().filter(|step| step.status == StepStatus::Queued)
    }
}
