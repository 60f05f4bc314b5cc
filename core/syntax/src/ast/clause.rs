//! What is read and how it is written: two clauses that are independent of each other.

use crate::{Ident, Span, Spanned};

/// `INCREMENTAL BY column [LOOKBACK n unit]`: only rows behind the last one seen are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadClause {
    /// The column that orders the rows.
    pub column: Ident,
    /// How far behind the last row seen reading begins.
    pub lookback: Option<Spanned<Duration>>,
    /// From INCREMENTAL to the last token.
    pub span: Span,
}

/// A count of calendar units, as in `7 DAYS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Duration {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: TimeUnit,
}

/// The units of LOOKBACK and WITHIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// A month of the calendar.
    Month,
}

impl TimeUnit {
    /// Every unit, from the shortest.
    pub const ALL: [Self; 5] = [Self::Minute, Self::Hour, Self::Day, Self::Week, Self::Month];

    /// The word for one of it; the word for several has an `S` behind it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Minute => "MINUTE",
            Self::Hour => "HOUR",
            Self::Day => "DAY",
            Self::Week => "WEEK",
            Self::Month => "MONTH",
        }
    }
}

/// `Display` writes it as the language has it: `1 DAY`, `7 DAYS`.
impl std::fmt::Display for Duration {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plural = if self.amount == 1 { "" } else { "S" };
        write!(out, "{} {}{plural}", self.amount, self.unit.word())
    }
}

/// `MODE …`: how a table is written. `MODE INCREMENTAL BY …` stands for a [`ReadClause`] and
/// [`WriteMode::DeleteInsert`], `MODE MERGE MERGE_KEYS (…)` for [`WriteMode::Upsert`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteMode {
    /// The new rows take the place of the old ones.
    Replace,
    /// The new rows come on top of the old ones.
    Append,
    /// A new row takes the place of the old one with the same key, or comes on top.
    Upsert {
        /// The columns of KEY; empty where it is left out.
        keys: Vec<Ident>,
    },
    /// The old rows of the window that is read are deleted, then the new rows come in.
    DeleteInsert,
}

impl WriteMode {
    /// The words of the mode, without its keys.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Replace => "REPLACE",
            Self::Append => "APPEND",
            Self::Upsert { .. } => "UPSERT",
            Self::DeleteInsert => "DELETE INSERT",
        }
    }
}
