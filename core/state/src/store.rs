//! Where the logs of runs are kept.

mod chain;
mod error;
mod known;
mod log;
mod memory;
mod redis;
mod sqlite;
mod text;

use std::fmt;
use std::time::Duration;

use crate::{Event, Fact, HistoryQuery, Lease, LeaseRequest, RunId, RunSummary, Scope};

pub use error::StoreError;
pub use memory::MemoryStore;
pub use redis::RedisStore;
pub use sqlite::SqliteStore;

/// Keeps the log of every run: appends to it and reads it, and never changes what is in it.
///
/// What lists of runs show is kept beside the logs, changes with each append or not at all, and
/// can be made again from them.
pub trait RunStore: fmt::Debug + Send + Sync {
    /// Appends facts to the run's log, all or none, and returns the events they became.
    ///
    /// `expected_seq` is the place of the last event that the caller knows, 0 for a new run. The
    /// events get the places after it and the time of the append. No facts, no change. With a
    /// lease, nothing is written once another one of its pipeline has a higher epoch; without one
    /// only what anybody may ask for should be written, such as a cancel.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] where the log is longer or shorter than expected,
    /// [`StoreError::Fenced`] where the lease was taken over.
    fn append(
        &self,
        run: &RunId,
        expected_seq: u64,
        lease: Option<&Lease>,
        facts: Vec<Fact>,
    ) -> Result<Vec<Event>, StoreError>;

    /// Reads the run's log, in order, from the event behind place `after`.
    ///
    /// # Errors
    ///
    /// [`StoreError::RunNotFound`] where nothing was ever appended to it;
    /// [`StoreError::Corrupt`] where it is not what was appended.
    fn load(&self, run: &RunId, after: u64) -> Result<Vec<Event>, StoreError>;

    /// The run in a line.
    ///
    /// # Errors
    ///
    /// As [`load`](RunStore::load).
    fn summary(&self, run: &RunId) -> Result<RunSummary, StoreError>;

    /// The runs asked for, the newest first.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    fn history(&self, query: &HistoryQuery) -> Result<Vec<RunSummary>, StoreError>;

    /// Takes the lease of a pipeline where it is free, has expired, or is the one whose owner the
    /// request says is dead.
    ///
    /// # Errors
    ///
    /// [`StoreError::Held`] by another.
    fn acquire(&self, request: &LeaseRequest) -> Result<Lease, StoreError>;

    /// Makes a lease last this long from now, and notes the run it is used for.
    ///
    /// # Errors
    ///
    /// [`StoreError::Fenced`] where it was taken over.
    fn renew(&self, lease: &Lease, lasts: Duration) -> Result<Lease, StoreError>;

    /// Ends a lease; one that was taken over stays with who has it.
    ///
    /// # Errors
    ///
    /// The store cannot be written.
    fn release(&self, lease: &Lease) -> Result<(), StoreError>;

    /// The lease of a pipeline as it stands, expired (as one is that was released) or not; none
    /// where it was never taken.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    fn lease(&self, scope: &Scope) -> Result<Option<Lease>, StoreError>;

    /// The runs of which an observer has not seen the last event, oldest first, each with the place
    /// of the last event that it has seen; 0 for none.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    fn unseen(&self, observer: &str) -> Result<Vec<(RunId, u64)>, StoreError>;

    /// Whether an observer's name was ever noted by [`saw`](RunStore::saw), also with place 0.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    fn knows(&self, observer: &str) -> Result<bool, StoreError>;

    /// Notes that an observer has seen a run's events up to this place. It never goes back.
    ///
    /// # Errors
    ///
    /// The store cannot be written.
    fn saw(&self, observer: &str, run: &RunId, seq: u64) -> Result<(), StoreError>;

    /// Reads every log whole and compares what is kept beside it with what it says; with `repair`,
    /// what differs is made again. Returns the runs that differed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] where a log is not what was appended; a log is never repaired.
    fn rebuild(&self, repair: bool) -> Result<Vec<RunId>, StoreError>;

    /// Removes a run and all that is kept of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::RunNotFound`].
    fn remove(&self, run: &RunId) -> Result<(), StoreError>;

    /// What the user should know of how the store keeps what it is told; empty where nothing is to
    /// be feared.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }
}
