//! Where the logs of runs are kept.

mod memory;

use std::error::Error;
use std::fmt;

use crate::{Event, Fact, RunId, code};

pub use memory::MemoryStore;

/// Keeps the log of every run: appends to it and reads it, and never changes what is in it.
pub trait RunStore: fmt::Debug + Send + Sync {
    /// Appends facts to the run's log, all or none, and returns the events they became.
    ///
    /// `expected_seq` is the place of the last event that the caller knows, 0 for a new run. The
    /// events get the places after it and the time of the append. No facts, no change.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] where the log is longer or shorter than expected.
    fn append(
        &self,
        run: &RunId,
        expected_seq: u64,
        facts: Vec<Fact>,
    ) -> Result<Vec<Event>, StoreError>;

    /// Reads the run's log, in order, from its first event.
    ///
    /// # Errors
    ///
    /// [`StoreError::RunNotFound`] where nothing was ever appended to it.
    fn load(&self, run: &RunId) -> Result<Vec<Event>, StoreError>;
}

/// Why a store did not do what was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// Somebody else has appended to the run; nothing was appended now.
    Stale {
        /// The run.
        run: RunId,
        /// The last place that the caller knew.
        expected: u64,
        /// The last place there is.
        actual: u64,
    },
    /// The store has no such run.
    RunNotFound {
        /// The run.
        run: RunId,
    },
}

impl StoreError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stale { .. } => code::STALE,
            Self::RunNotFound { .. } => code::RUN_NOT_FOUND,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stale { run, expected, actual } => write!(
                f,
                "the log of run {run} ends at event {actual}, not {expected}; \
                 load it again and decide anew"
            ),
            Self::RunNotFound { run } => {
                write!(f, "there is no run {run}; check the id and the store it was kept in")
            }
        }
    }
}

impl Error for StoreError {}
