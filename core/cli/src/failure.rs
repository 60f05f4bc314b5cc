//! Why a verb ends early.

use std::io;

use sqlflow_run::{ExitClass, Problem, Trouble};
use sqlflow_state::StepError;

use crate::supervisor::Death;
use crate::{code, exit};

/// What a verb ends with: the exit code of what it did, or why it did not do it.
pub(crate) type Outcome = Result<u8, Failure>;

/// Why a verb ends early, with the exit code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Places in the project's files are wrong.
    Problems(Vec<Problem>, u8),
    /// Something else went wrong.
    Failed(Box<StepError>, u8),
    /// Whoever read the output has gone.
    Closed,
}

impl Failure {
    /// A command that cannot be done as it was given, and what to give instead.
    pub(crate) fn usage(code: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Failed(error(code, "config", message.into(), remedy.into()), exit::USAGE)
    }

    /// Something that went wrong while the command was at it, and what to do about it.
    pub(crate) fn execution(
        code: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::Failed(error(code, "unavailable", message.into(), remedy.into()), exit::EXECUTION)
    }

    /// The exit code.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Problems(_, code) | Self::Failed(_, code) => *code,
            Self::Closed => exit::OK,
        }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        let code = trouble.exit_code();
        match trouble {
            Trouble::Problems(problems) => Self::Problems(problems, code),
            Trouble::Failed(error, _) => Self::Failed(error, code),
        }
    }
}

/// What the host refuses.
impl From<sqlflow_plugin_sdk::Error> for Failure {
    fn from(error: sqlflow_plugin_sdk::Error) -> Self {
        Trouble::from(error).into()
    }
}

/// How a worker process ended.
impl From<&Death> for Failure {
    fn from(death: &Death) -> Self {
        let error = death.error();
        let class = ExitClass::of_step(&error);
        Self::Failed(Box::new(error), class.code())
    }
}

/// What goes wrong on writing to the output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::Closed;
        }
        Self::execution(
            code::CANNOT_WRITE,
            format!("the output cannot be written: {error}"),
            "look for space on the disk, or send the output elsewhere",
        )
    }
}

fn error(code: &str, kind: &str, message: String, remedy: String) -> Box<StepError> {
    Box::new(StepError {
        code: code.to_owned(),
        kind: kind.to_owned(),
        message,
        remedy: Some(remedy),
        ..StepError::default()
    })
}
