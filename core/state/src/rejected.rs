//! Why a command is refused.

use std::error::Error;
use std::fmt;

use crate::{RunStatus, StepStatus, code};

/// Why a command is refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejected {
    /// The run has no events yet.
    NotStarted,
    /// The run was started before.
    AlreadyStarted,
    /// The run has ended.
    Ended {
        /// How.
        status: RunStatus,
    },
    /// The plan has no step of this id.
    UnknownStep {
        /// The id.
        step: String,
    },
    /// The step has not come to the point where this can be done, or is past it.
    WrongStatus {
        /// The step.
        step: String,
        /// How far it has come.
        status: StepStatus,
        /// What was to be done to it, such as "started".
        asked: &'static str,
    },
    /// A step can be cancelled only once the run was asked to stop.
    NotCancelling {
        /// The step.
        step: String,
    },
    /// The run cannot end while steps have not.
    Unfinished {
        /// The steps, in plan order.
        steps: Vec<String>,
    },
    /// Steps that are done have changed in the plan since, or are gone from it.
    Changed {
        /// The steps, in plan order.
        steps: Vec<String>,
    },
    /// Two steps of the plan have the same id.
    DuplicateStep {
        /// The id.
        step: String,
    },
    /// A step depends on one that does not stand before it in the plan.
    NotInOrder {
        /// The step.
        step: String,
        /// What it depends on.
        depends_on: String,
    },
}

impl Rejected {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DuplicateStep { .. } | Self::NotInOrder { .. } => code::INVALID_PLAN,
            Self::Changed { .. } => code::CHANGED_SINCE,
            _ => code::REJECTED,
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted => write!(f, "the run has not started; start it first"),
            Self::AlreadyStarted => write!(f, "the run has started already; follow its status"),
            Self::Ended { status } => write!(f, "the run has ended ({status}); start a new one"),
            Self::UnknownStep { step } => {
                write!(f, "the run has no step `{step}`; take the id from its plan")
            }
            Self::WrongStatus { step, status, asked } => {
                write!(f, "step `{step}` is {status} and cannot be {asked}; look at its status")
            }
            Self::NotCancelling { step } => {
                write!(f, "step `{step}` cannot be cancelled alone; cancel the run first")
            }
            Self::Unfinished { steps } => {
                write!(f, "the run cannot end before `{}`; end it first", steps.join("`, `"))
            }
            Self::Changed { steps } => write!(
                f,
                "`{}` is done in this run and has changed since; start anew with --fresh, or undo \
                 the change",
                steps.join("`, `")
            ),
            Self::DuplicateStep { step } => {
                write!(f, "the plan has two steps `{step}`; give each an id of its own")
            }
            Self::NotInOrder { step, depends_on } => write!(
                f,
                "step `{step}` depends on `{depends_on}`, which does not stand before it; \
                 sort the plan's steps topologically"
            ),
        }
    }
}

impl Error for Rejected {}
