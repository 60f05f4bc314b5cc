//! A `${…}` that cannot be replaced.

use std::ops::Range;

use sqlflow_syntax::{Diagnostic, Span};
use thiserror::Error;

/// A `${…}` that is malformed, or that names something without a value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}; {help}")]
pub struct BadReference {
    /// [`code::MALFORMED_REFERENCE`](crate::code::MALFORMED_REFERENCE),
    /// [`code::UNDEFINED_REFERENCE`](crate::code::UNDEFINED_REFERENCE) or another of this crate's.
    pub code: &'static str,
    /// What has no value; empty where the reference is malformed.
    pub name: String,
    /// The whole reference, in bytes of the text it stands in.
    pub range: Range<usize>,
    /// The nearest name that has a value.
    pub nearest: Option<Box<str>>,
    /// What is wrong.
    pub message: String,
    /// The remedy: where the value was looked for, and what to write.
    pub help: String,
}

impl BadReference {
    /// This as a diagnostic at `span`, a place in the file that holds the reference.
    #[must_use]
    pub fn diagnostic(&self, span: Span) -> Diagnostic {
        Diagnostic::error(self.code, &self.message, span).help(&self.help)
    }
}
