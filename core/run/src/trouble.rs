use std::{fmt, path::PathBuf, sync::Arc};

use sqlflow_state::StepError;
use sqlflow_syntax::{Diagnostic, Severity};

use crate::errors;

/// A diagnostic with the file it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub path: PathBuf,
    /// Its text, which the diagnostic's span points into.
    pub text: Arc<str>,
    /// What is wrong.
    pub diagnostic: Diagnostic,
    /// The class of the exit code, where the diagnostic's own code does not say it: a source that
    /// cannot be reached is no mistake in the file.
    pub class: Option<ExitClass>,
}

/// Why something did not even start.
#[derive(Debug)]
pub enum Trouble {
    /// Mistakes in the project's files, all that were found.
    Problems(Vec<Problem>),
    /// Something else, and the class of its exit code.
    Failed(Box<StepError>, ExitClass),
}

/// What the process's exit code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExitClass {
    /// Everything was done.
    Ok,
    /// The command line, configuration or profile is wrong.
    Usage,
    /// A pipeline cannot be parsed.
    Syntax,
    /// The other side cannot be reached or refuses the credentials.
    Connection,
    /// Plan or check found mistakes.
    Validation,
    /// A step failed.
    Execution,
    /// A right is missing, or trust.
    Permission,
    /// Memory or disk is exhausted.
    Resources,
    /// A plugin has ended the process that it ran in.
    Crashed,
    /// Somebody asked to stop.
    Cancelled,
}

impl ExitClass {
    /// The exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Usage => 1,
            Self::Syntax => 2,
            Self::Connection => 3,
            Self::Validation => 4,
            Self::Execution => 5,
            Self::Permission => 6,
            Self::Resources => 7,
            Self::Crashed => 70,
            Self::Cancelled => 130,
        }
    }

    /// The class of a failed step: the kinds that have one of their own, else [`Self::Execution`].
    pub fn of_step(error: &StepError) -> Self {
        match error.kind.as_str() {
            "auth" | "unavailable" | "timeout" => Self::Connection,
            "permission" => Self::Permission,
            "resources" => Self::Resources,
            "crashed" => Self::Crashed,
            "cancelled" => Self::Cancelled,
            _ => Self::Execution,
        }
    }

    /// The class of the same failure before a step began: what would be [`Self::Execution`] is
    /// then a finding of the check.
    pub fn of_check(error: &StepError) -> Self {
        match Self::of_step(error) {
            Self::Execution => Self::Validation,
            class => class,
        }
    }
}

impl Trouble {
    /// A mistake in how the command was called or configured.
    pub(crate) fn usage(
        code: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let error = StepError {
            code: code.to_owned(),
            kind: "config".to_owned(),
            message: message.into(),
            remedy: Some(remedy.into()),
            ..StepError::default()
        };
        Self::Failed(Box::new(error), ExitClass::Usage)
    }

    /// A failure before any step began.
    pub(crate) fn before(error: StepError) -> Self {
        let class = ExitClass::of_check(&error);
        Self::Failed(Box::new(error), class)
    }

    /// The class of the exit code: syntax before profile before trust before
    /// connections before the rest.
    pub fn exit_class(&self) -> ExitClass {
        let problems = match self {
            Self::Failed(_, class) => return *class,
            Self::Problems(problems) => problems,
        };
        let has = |prefix: &str| {
            problems.iter().any(|problem| {
                let diagnostic = &problem.diagnostic;
                diagnostic.severity == Severity::Error && diagnostic.code.starts_with(prefix)
            })
        };
        let is_of = |class| problems.iter().any(|problem| problem.class == Some(class));
        if has("SF01") {
            ExitClass::Syntax
        } else if has("SF03") {
            ExitClass::Usage
        } else if has(crate::code::FORBIDDEN)
            || problems.iter().any(is_about_trust)
            || is_of(ExitClass::Permission)
        {
            ExitClass::Permission
        } else if is_of(ExitClass::Connection) {
            ExitClass::Connection
        } else {
            ExitClass::Validation
        }
    }

    /// The exit code of the process.
    pub fn exit_code(&self) -> u8 {
        self.exit_class().code()
    }
}

fn is_about_trust(problem: &Problem) -> bool {
    sqlflow_host::code::is_about_trust(problem.diagnostic.code)
}

/// What the host refuses before anything runs.
impl From<sqlflow_plugin_sdk::Error> for Trouble {
    fn from(error: sqlflow_plugin_sdk::Error) -> Self {
        let error = errors::of_connector(&error);
        let is_usage = matches!(error.kind.as_str(), "config" | "not_found");
        let class = if is_usage { ExitClass::Usage } else { ExitClass::of_check(&error) };
        Self::Failed(Box::new(error), class)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problems(problems) => write!(f, "{} problems", problems.len()),
            Self::Failed(error, _) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for Trouble {}
