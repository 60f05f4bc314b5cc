//! What can go wrong in the engine.

use crate::scan::ScanError;

/// The outcome of an engine call.
pub type Result<T, E = EngineError> = std::result::Result<T, E>;

/// An error of the engine, told in the engine's words without the quoted SQL.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct EngineError {
    /// What sort of error it is, to decide by.
    pub kind: EngineErrorKind,
    /// What went wrong, and the remedy where the engine knows one.
    pub message: String,
    /// Where it went wrong: a byte offset into the SQL given.
    pub position: Option<usize>,
    /// Names that may have been meant.
    pub candidates: Vec<String>,
    /// The error of the mounted scan that failed the statement, as the scan gave it.
    #[source]
    pub scan: Option<Box<ScanError>>,
}

impl EngineError {
    pub(crate) fn new(kind: EngineErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), position: None, candidates: Vec::new(), scan: None }
    }
}

/// The sorts of engine errors.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EngineErrorKind {
    /// The text is not SQL.
    Syntax,
    /// A column, function or type does not fit.
    Bind,
    /// A table, view, schema or function is missing or stands in the way.
    Catalog,
    /// A row violates a constraint.
    Constraint,
    /// A value cannot take the wanted type.
    Conversion,
    /// The memory limit, or the place to spill to, is exhausted.
    OutOfMemory,
    /// A file cannot be read or written.
    Io,
    /// Another process, or this one, holds the database.
    Locked {
        /// Who holds it, such as `/usr/bin/python3 (PID 42)`.
        holder: String,
    },
    /// The file is not a DuckDB database, or one of a version that cannot be read.
    NotADatabase,
    /// The statement touches what the configuration forbids.
    Permission,
    /// The statement was cancelled.
    Interrupted,
    /// The transaction conflicts with another, or is in the wrong state.
    Transaction,
    /// A mounted scan failed; its own error is in [`EngineError::scan`].
    Scan,
    /// DuckDB does not do this.
    Unsupported,
    /// Anything else.
    Other,
}
