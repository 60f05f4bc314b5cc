use std::fmt;

/// Why the lineage of a query is not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The reason, as the end of a sentence: `its columns depend on the rows`.
    pub reason: String,
}

impl Refused {
    pub(crate) fn because(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Refused {}

/// A result that may be refused.
pub(super) type Told<T> = Result<T, Refused>;
