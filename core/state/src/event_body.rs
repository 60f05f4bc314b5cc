//! What can happen to a run.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::{RunResumed, RunStarted, StepError, StepResult};

/// What happened. In JSON it is the two fields `kind` and `data` of an [`Event`](crate::Event).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventBody {
    /// The run was planned and begins.
    RunStarted(RunStarted),
    /// All that the step depends on is done; it waits for its turn.
    StepQueued,
    /// An attempt of the step begins.
    StepStarted,
    /// The attempt did its work.
    StepSucceeded(Box<StepResult>),
    /// The attempt failed.
    StepFailed(Box<Failure>),
    /// The attempt that failed is followed by another one, not before this time.
    StepRetryScheduled(RetryScheduled),
    /// The step is not going to run.
    StepSkipped(StepSkipped),
    /// The step was stopped, or never began, because the run was cancelled.
    StepCancelled,
    /// A connection or a credential was renewed while the step ran.
    Recovered(Recovered),
    /// Somebody asked the run to stop.
    CancelRequested,
    /// The run goes on where it was interrupted, failed or cancelled.
    RunResumed(Box<RunResumed>),
    /// Every step succeeded or was skipped by plan.
    RunSucceeded,
    /// The run ended without doing all its work.
    RunFailed(Box<RunFailed>),
    /// The run ended because somebody asked.
    RunCancelled,
    /// Something that only a newer version knows. It changes no status.
    Unknown {
        /// The kind as written.
        kind: String,
        /// The data as written.
        data: Value,
    },
}

/// Why an attempt failed, and what it had done by then.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Failure {
    /// What went wrong.
    pub error: StepError,
    /// What had been done by then.
    pub result: StepResult,
}

/// When the next attempt begins at the earliest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RetryScheduled {
    /// The time; a resumed run keeps to it.
    pub due: Timestamp,
}

/// What was renewed without an attempt being lost.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Recovered {
    /// What, such as `connection`.
    pub what: String,
    /// Of which connector.
    pub connector: Option<String>,
}

/// Why a step is not going to run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StepSkipped {
    /// The reason in words, such as "`orders` failed".
    pub reason: String,
    /// Whether that was meant.
    pub cause: SkipCause,
}

/// Whether a step was skipped on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipCause {
    /// The plan or the user left it out: what depends on it runs, and the run can succeed.
    Plan,
    /// Something failed: the run cannot succeed. A cause that is not known reads as this.
    #[default]
    #[serde(other)]
    Failure,
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunFailed {
    /// The first step in plan order that failed; none where none had.
    pub failed_step: Option<String>,
    /// That step's error, or the run's own.
    pub error: StepError,
}

impl EventBody {
    /// The kind as it stands in JSON, such as `step_started`.
    pub fn kind(&self) -> &str {
        match self {
            Self::RunStarted(_) => "run_started",
            Self::StepQueued => "step_queued",
            Self::StepStarted => "step_started",
            Self::StepSucceeded(_) => "step_succeeded",
            Self::StepFailed(_) => "step_failed",
            Self::StepRetryScheduled(_) => "step_retry_scheduled",
            Self::StepSkipped(_) => "step_skipped",
            Self::StepCancelled => "step_cancelled",
            Self::Recovered(_) => "recovered",
            Self::CancelRequested => "cancel_requested",
            Self::RunResumed(_) => "run_resumed",
            Self::RunSucceeded => "run_succeeded",
            Self::RunFailed(_) => "run_failed",
            Self::RunCancelled => "run_cancelled",
            Self::Unknown { kind, .. } => kind,
        }
    }

    /// Reads the body back from its two JSON fields; fails where the data of a known kind is not
    /// of that kind's shape.
    pub(crate) fn from_json(kind: String, data: Value) -> serde_json::Result<Self> {
        Ok(match kind.as_str() {
            "run_started" => Self::RunStarted(serde_json::from_value(data)?),
            "step_queued" => Self::StepQueued,
            "step_started" => Self::StepStarted,
            "step_succeeded" => Self::StepSucceeded(serde_json::from_value(data)?),
            "step_failed" => Self::StepFailed(serde_json::from_value(data)?),
            "step_retry_scheduled" => Self::StepRetryScheduled(serde_json::from_value(data)?),
            "step_skipped" => Self::StepSkipped(serde_json::from_value(data)?),
            "step_cancelled" => Self::StepCancelled,
            "recovered" => Self::Recovered(serde_json::from_value(data)?),
            "cancel_requested" => Self::CancelRequested,
            "run_resumed" => Self::RunResumed(serde_json::from_value(data)?),
            "run_succeeded" => Self::RunSucceeded,
            "run_failed" => Self::RunFailed(serde_json::from_value(data)?),
            "run_cancelled" => Self::RunCancelled,
            _ => Self::Unknown { kind, data },
        })
    }

    /// Writes the JSON field `data`: an object, empty where the kind says it all.
    pub(crate) fn serialize_data<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::RunStarted(data) => data.serialize(to),
            Self::StepSucceeded(data) => data.serialize(to),
            Self::StepFailed(data) => data.serialize(to),
            Self::StepRetryScheduled(data) => data.serialize(to),
            Self::StepSkipped(data) => data.serialize(to),
            Self::Recovered(data) => data.serialize(to),
            Self::RunResumed(data) => data.serialize(to),
            Self::RunFailed(data) => data.serialize(to),
            Self::Unknown { data, .. } => data.serialize(to),
            Self::StepQueued
            | Self::StepStarted
            | Self::StepCancelled
            | Self::CancelRequested
            | Self::RunSucceeded
            | Self::RunCancelled => to.collect_map([("", 0); 0]),
        }
    }
}
