//! The read and write clauses as SQLFlow's sources say them: in params.

use sqlflow_syntax::Span;

use crate::{Column, InFile, Lookback};

/// What the params of a source say of reading it, and of writing what is read of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncParams {
    /// Whether it is read incrementally: `sync_mode`, or `replication_method`.
    pub incremental: Option<Said<bool>>,
    /// `cursor_field`: the column that orders the rows.
    pub cursor: Option<Column>,
    /// `primary_key`: the columns by which a row is told from others.
    pub primary_key: Vec<Column>,
    /// `lookback_window`
    pub lookback: Option<Said<Lookback>>,
    /// `destination_sync_mode`
    pub write: Option<Said<SyncWrite>>,
    /// `start_date`
    pub start: Option<Said<String>>,
    /// `end_date`
    pub end: Option<Said<String>>,
    /// `cursor_field_datetime_format`
    pub format: Option<Said<String>>,
}

/// A value and the param that says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    /// The value.
    pub value: T,
    /// The name of the param.
    pub param: &'static str,
    /// The file of the param.
    pub file: InFile,
    /// The place of the param in that file.
    pub span: Span,
}

/// The values of `destination_sync_mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SyncWrite {
    /// `overwrite`: MODE REPLACE
    Overwrite,
    /// `append`: MODE APPEND
    Append,
    /// `append_dedup`: MODE UPSERT by the `primary_key`
    AppendDedup,
}

impl SyncWrite {
    /// The words of the mode that it stands for.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Overwrite => "REPLACE",
            Self::Append => "APPEND",
            Self::AppendDedup => "UPSERT",
        }
    }
}
