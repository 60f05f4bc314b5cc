//! Rows from outside, as the engine reads them.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

/// A relation whose rows come from outside the engine.
pub trait Scan: Send + Sync {
    /// The columns, fixed while the scan is mounted.
    fn schema(&self) -> SchemaRef;

    /// About how many rows there are, for the engine's planner.
    fn estimated_rows(&self) -> Option<u64>;

    /// Starts to read: once each time a statement that names the relation is executed.
    ///
    /// `projection` lists the columns wanted by their place in the schema, ascending; where only
    /// the number of rows matters it is the first column. At most `threads` threads will pull.
    ///
    /// # Errors
    /// Fails when reading cannot start; the statement fails with the same error.
    fn open(&self, projection: &[usize], threads: usize) -> Result<Arc<dyn ScanStream>, ScanError>;

    /// Starts to read in parts that are pulled at the same time, by one thread each: together they
    /// hold every row once, and every row of a part stands before those of the next.
    ///
    /// The default is one part. `most` is how many can be pulled at the same time.
    ///
    /// # Errors
    /// As [`open`](Scan::open).
    fn open_parts(
        &self,
        projection: &[usize],
        most: usize,
    ) -> Result<Vec<Arc<dyn ScanStream>>, ScanError> {
        let _ = most;
        Ok(vec![self.open(projection, 1)?])
    }
}

/// Rows in motion. Dropped as soon as the statement needs no more of them.
pub trait ScanStream: Send + Sync {
    /// Returns the next batch, waiting for it no longer than `wait`.
    ///
    /// Batches hold the projected columns in the projection's order and may be of any length.
    /// Called by several threads at once when order is of no matter, by one otherwise. The engine
    /// asks no more after an end or an error has reached it, but threads that wait meanwhile must
    /// be told the end too.
    ///
    /// # Errors
    /// Fails when reading fails; the statement fails with the same error.
    fn next(&self, wait: Duration) -> Result<Next, ScanError>;
}

/// The outcome of asking a stream for rows.
#[derive(Debug)]
pub enum Next {
    /// Some rows.
    Batch(RecordBatch),
    /// None yet: ask again.
    Pending,
    /// None any more, and none lost.
    End,
}

/// Why a scan failed, carried unchanged through the engine.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ScanError {
    /// What went wrong.
    pub message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ScanError {
    /// An error that is told by its message alone.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// An error that carries another, whose message it takes.
    pub fn from_source(source: impl Error + Send + Sync + 'static) -> Self {
        Self { message: source.to_string(), source: Some(Box::new(source)) }
    }

    /// Hands back the carried error, to be downcast by who put it in.
    pub fn into_source(self) -> Option<Box<dyn Error + Send + Sync>> {
        self.source
    }
}
