use std::fmt;

use arrow::error::ArrowError;
use sqlflow_plugin_sdk::Error;

/// How a case ends.
pub type Outcome<T = ()> = Result<T, Failure>;

/// Why a case is not green.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The connector does not do what it should; the text says what it did instead.
    Broken(String),
    /// The case could not be tried: the fixture does not say what it needs.
    Lacks(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(text) => f.write_str(text),
            Self::Lacks(part) => write!(f, "the fixture lacks {part}"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Broken(format!("an unexpected error: {}", told(&error)))
    }
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Self {
        Self::Broken(format!("rows that cannot be compared: {error}"))
    }
}

/// Fails with this text.
pub(crate) fn broken<T>(what: impl Into<String>) -> Outcome<T> {
    Err(Failure::Broken(what.into()))
}

/// Fails with this text unless the condition holds.
pub(crate) fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { broken(otherwise()) }
}

/// An error with its kind and all that lies underneath.
pub(crate) fn told(error: &Error) -> String {
    let causes: String = error.causes().iter().map(|cause| format!(": {cause}")).collect();
    format!("{} ({:?}){causes}", error.message(), error.kind())
}

/// Says in front of a failure what was being tried.
pub(crate) trait During<T> {
    /// `what` reads as `reading the partitions one by one`.
    fn during(self, what: impl fmt::Display) -> Outcome<T>;
}

impl<T, E: Into<Failure>> During<T> for Result<T, E> {
    fn during(self, what: impl fmt::Display) -> Outcome<T> {
        self.map_err(|error| match error.into() {
            Failure::Broken(text) => Failure::Broken(format!("{what}: {text}")),
            lacks => lacks,
        })
    }
}
