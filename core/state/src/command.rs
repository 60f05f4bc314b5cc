//! What can be asked of a run.

use jiff::Timestamp;

use crate::{Failure, Recovered, RunResumed, RunStarted, StepError, StepResult};

/// What can be asked of a run; [`decide`](crate::decide) says what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Begins the run and queues the steps that depend on nothing.
    StartRun(RunStarted),
    /// Begins the next attempt of a queued step.
    StartStep {
        /// The step.
        step: String,
    },
    /// Ends a running step's attempt well and queues what has waited for it only.
    CompleteStep {
        /// The step.
        step: String,
        /// What it did.
        result: Box<StepResult>,
    },
    /// Ends a running step's attempt badly and skips what depends on it; where the run is to stop
    /// at a failure, skips everything that has not begun.
    FailStep {
        /// The step.
        step: String,
        /// Why, and what it had done by then.
        failure: Box<Failure>,
    },
    /// Ends a running step's attempt badly, to be followed by another one.
    RetryStep {
        /// The step.
        step: String,
        /// Why, and what it had done by then.
        failure: Box<Failure>,
        /// When the next attempt may begin.
        due: Timestamp,
    },
    /// Says that a connection or a credential of a running step was renewed.
    Recover {
        /// The step.
        step: String,
        /// What was renewed.
        recovered: Recovered,
    },
    /// Leaves out, on purpose, a step that has not begun; what depends on it runs all the same.
    SkipStep {
        /// The step.
        step: String,
        /// Why, in words for the user.
        reason: String,
    },
    /// Asks the run to stop: steps that have not begun are cancelled at once, those that run are
    /// to be ended by their owner. Asking again changes nothing.
    CancelRun,
    /// Says that a running step was stopped because the run is to be cancelled.
    CancelStep {
        /// The step.
        step: String,
    },
    /// Takes up a run that was interrupted, failed or cancelled: what is done stays done, unless it
    /// is to be done again. Nothing of what is done may have changed in the plan.
    ResumeRun(RunResumed),
    /// Ends a run of which every step has ended: succeeded, failed or cancelled.
    FinishRun,
    /// Ends a run as failed while no step runs, whatever has not begun.
    FailRun {
        /// The reason.
        error: StepError,
    },
}
