//! What a step reads of what there is.

use std::fmt;

use sqlflow_syntax::{Duration, Ident, Span};

use crate::InFile;

/// What a step reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Read {
    /// All there is.
    #[default]
    Full,
    /// What is behind the last row seen.
    Incremental(Box<Incremental>),
}

impl Read {
    /// What is said of an incremental read; `None` for a full one.
    #[must_use]
    pub fn incremental(&self) -> Option<&Incremental> {
        match self {
            Self::Full => None,
            Self::Incremental(incremental) => Some(incremental),
        }
    }
}

/// An incremental read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incremental {
    /// The column that orders the rows.
    pub column: Column,
    /// How far behind the last row seen reading begins.
    pub lookback: Option<Lookback>,
    /// Where the first read begins, as a date or a time; `None` for the beginning.
    pub start: Option<String>,
    /// Where every read ends, as a date or a time; `None` for the run's start.
    pub end: Option<String>,
    /// How the column's text is read as a time, in the words of strftime.
    pub format: Option<String>,
}

/// How far behind the last row seen an incremental read begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lookback {
    /// Units of the calendar, as LOOKBACK has them.
    Calendar(Duration),
    /// Seconds, as the param `lookback_window` has them.
    Seconds(u64),
}

impl Lookback {
    /// Whether it looks back at all.
    #[must_use]
    pub const fn is_none(self) -> bool {
        matches!(self, Self::Seconds(0) | Self::Calendar(Duration { amount: 0, .. }))
    }
}

/// `Display` writes it for people: `7 DAYS`, `90 SECONDS`.
impl fmt::Display for Lookback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Calendar(duration) => duration.fmt(f),
            Self::Seconds(1) => f.write_str("1 SECOND"),
            Self::Seconds(seconds) => write!(f, "{seconds} SECONDS"),
        }
    }
}

/// A column that a clause or param names, and where it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, in the case it was written.
    pub name: String,
    /// The file.
    pub file: InFile,
    /// The place in the file: of the column, or of the param that names it.
    pub span: Span,
}

impl Column {
    /// A column of a clause.
    pub(crate) fn of(ident: &Ident) -> Self {
        Self { name: ident.text.clone(), file: InFile::Pipeline, span: ident.span }
    }

    /// Whether `other` means the same column.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.name.eq_ignore_ascii_case(&other.name)
    }
}

/// The names of columns with a comma between them.
pub(crate) fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
}
