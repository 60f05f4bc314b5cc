//! What went wrong, as data that outlives the process.

use std::error::Error;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What went wrong in a step or a run: one line, and what to do about it. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StepError {
    /// The stable code, such as `SF0401`; empty where there is none.
    pub code: String,
    /// The kind, such as `not_found`, in the words of the sdk's errors.
    pub kind: String,
    /// One line that says what happened to what.
    pub message: String,
    /// What the user can do about it.
    pub remedy: Option<String>,
    /// Facts about the circumstances, in order.
    pub context: Vec<(String, String)>,
    /// The errors underneath, outermost first.
    pub causes: Vec<String>,
    /// The connector concerned.
    pub connector: Option<String>,
    /// The place in the pipeline's text.
    pub place: Option<SourcePlace>,
    /// Whether trying the same again can help.
    pub can_be_retried: bool,
    /// The time in microseconds that the other side asks to wait before that.
    pub retry_after_us: Option<u64>,
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for StepError {}

/// A place in a text file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SourcePlace {
    /// The path, relative to the project.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}
