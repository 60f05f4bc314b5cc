//! How far a run or a step has come.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Nothing has happened yet.
    #[default]
    Pending,
    /// Steps run, or wait for their turn.
    Running,
    /// Somebody asked to stop; some steps still run.
    Cancelling,
    /// Ended: every step succeeded or was skipped by plan.
    Succeeded,
    /// Ended without doing all its work.
    Failed,
    /// Ended because somebody asked.
    Cancelled,
}

impl RunStatus {
    /// Whether the run has ended, so that nothing can happen to it unless it is taken up again.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Cancelling => "cancelling",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        })
    }
}

/// How far a step has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Something that it depends on is not done.
    #[default]
    Pending,
    /// It can be started.
    Queued,
    /// An attempt is under way.
    Running,
    /// It did its work.
    Succeeded,
    /// Its last attempt failed and the next one is due.
    Retrying,
    /// Its last attempt failed.
    Failed,
    /// It is not going to run.
    Skipped,
    /// It was stopped, or never began, because the run was cancelled.
    Cancelled,
}

impl StepStatus {
    /// Whether nothing more is going to happen to the step in this run.
    pub fn is_terminal(self) -> bool {
        !matches!(self, Self::Pending | Self::Queued | Self::Running | Self::Retrying)
    }

    /// Whether it waits for other steps or for its turn.
    pub(crate) fn is_waiting(self) -> bool {
        matches!(self, Self::Pending | Self::Queued | Self::Retrying)
    }
}

impl fmt::Display for StepStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Retrying => "retrying",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        })
    }
}
