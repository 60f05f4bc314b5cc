//! What the log says about a run.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{OnFailure, PlannedStep, RunFailed, RunStatus, StepState, StepStatus};

/// What the log says about a run: the fold of [`apply`](crate::apply) over its events.
///
/// The default is a run of which nothing is known yet. It changes only by `apply`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunState {
    pub(crate) status: RunStatus,
    pub(crate) last_seq: u64,
    pub(crate) project: String,
    pub(crate) pipeline: String,
    pub(crate) profile: String,
    pub(crate) on_failure: OnFailure,
    pub(crate) in_memory: bool,
    pub(crate) owner: String,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) failure: Option<RunFailed>,
    pub(crate) steps: Vec<StepState>,
    pub(crate) positions: HashMap<String, usize>,
    /// Counted along, so that an append need not look at every step.
    pub(crate) done: Done,
}

/// What the steps that are done come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Done {
    pub(crate) steps: u64,
    pub(crate) rows_out: u64,
}

impl Done {
    pub(crate) fn add(&mut self, step: &StepState) {
        if step.is_done() {
            self.steps += 1;
            self.rows_out = self.rows_out.wrapping_add(step.rows_out());
        }
    }

    pub(crate) fn take_away(&mut self, step: &StepState) {
        if step.is_done() {
            self.steps -= 1;
            self.rows_out = self.rows_out.wrapping_sub(step.rows_out());
        }
    }
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

    /// The project, by its folder.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The pipeline's name.
    pub fn pipeline(&self) -> &str {
        &self.pipeline
    }

    /// The profile's name.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// Whether its tables live in memory.
    pub fn in_memory(&self) -> bool {
        self.in_memory
    }

    /// The process that runs it, or ran it last.
    pub fn owner(&self) -> &str {
        &self.owner
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

    /// The steps that can be started at this time, in plan order: those whose turn it is, and those
    /// that waited for their next attempt long enough.
    pub fn runnable(&self, now: Timestamp) -> impl Iterator<Item = &StepState> {
        self.steps.iter().filter(move |step| match step.status {
            StepStatus::Queued => true,
            StepStatus::Retrying => step.due_at.is_none_or(|due| due <= now),
            _ => false,
        })
    }

    /// When the first of the steps that wait for their next attempt is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        let retrying = self.steps.iter().filter(|step| step.status == StepStatus::Retrying);
        retrying.filter_map(|step| step.due_at).min()
    }

    /// The steps of which an attempt is under way, in plan order.
    pub fn running(&self) -> impl Iterator<Item = &StepState> {
        self.steps.iter().filter(|step| step.status == StepStatus::Running)
    }

    /// For each step that waits for others, what it waits for and is not done: `(step, on)`.
    pub fn blocked(&self) -> impl Iterator<Item = (&str, &str)> {
        let pending = self.steps.iter().filter(|step| step.status == StepStatus::Pending);
        pending.flat_map(|step| {
            let open = step.planned.depends_on.iter().filter(|on| !self.is_done(on));
            open.map(|on| (step.planned.id.as_str(), on.as_str()))
        })
    }

    /// What a failure of the step means for the steps that do not depend on it.
    pub(crate) fn on_failure_of(&self, step: &PlannedStep) -> OnFailure {
        step.on_failure.unwrap_or(self.on_failure)
    }

    /// The step as it stands, where it goes on so when the run is taken up again: it is done, or it
    /// waits for its next attempt and all that it depends on stays done.
    pub(crate) fn going_on(&self, planned: &PlannedStep, redo: &[String]) -> Option<&StepState> {
        let stays_done = |id: &String| self.is_done(id) && !redo.contains(id);
        let step = self.step(&planned.id)?;
        let waits =
            step.status == StepStatus::Retrying && planned.depends_on.iter().all(stays_done);
        (waits || stays_done(&planned.id)).then_some(step)
    }

    pub(crate) fn is_done(&self, id: &str) -> bool {
        self.step(id).is_some_and(StepState::is_done)
    }
}
