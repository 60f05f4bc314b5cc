//! Rows pulled from a stream in the pieces that DuckDB takes.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arrow::array::RecordBatch;

use super::column::Column;
use super::mount::Mount;
use crate::scan::{Next, ScanError, ScanStream};

/// DuckDB's vector size: a call that hands out more corrupts it.
const MOST_ROWS: usize = 2_048;

/// How long a thread waits before it looks whether the statement was cancelled.
const WAIT: Duration = Duration::from_millis(100);

/// One reading of a scan by one statement, shared by the threads that pull.
pub(super) struct Pull {
    pub(super) mount: Arc<Mount>,
    /// For each output vector its place in the projection.
    pub(super) outputs: Vec<usize>,
    projection: Vec<usize>,
    stream: Arc<dyn ScanStream>,
    rest: Mutex<Vec<RecordBatch>>,
    ended: AtomicBool,
}

impl Pull {
    /// Starts to read the wanted columns.
    ///
    /// # Errors
    /// Fails when the scan cannot start, and when a column is wanted that is none of its own.
    pub(super) fn open(mount: Arc<Mount>, wanted: &[usize]) -> Result<Self, ScanError> {
        if wanted.iter().any(|at| *at >= mount.columns.len()) {
            return Err(ScanError::new("a scan has no row numbers; number the rows in SQL"));
        }
        let mut projection = wanted.to_vec();
        projection.sort_unstable();
        projection.dedup();
        let outputs = wanted.iter().map(|at| projection.partition_point(|p| p < at)).collect();
        let stream = mount.scan.open(&projection, mount.pulling_threads())?;
        let (rest, ended) = (Mutex::default(), AtomicBool::default());
        Ok(Self { mount, outputs, projection, stream, rest, ended })
    }

    /// Returns the next rows, as many as DuckDB takes at once, or none at the end.
    ///
    /// # Errors
    /// Fails when the stream fails, when its batch is not as announced, and on cancel.
    pub(super) fn next(&self) -> Result<Option<RecordBatch>, ScanError> {
        loop {
            self.check_running()?;
            let kept = self.remainder().pop();
            if let Some(batch) = kept {
                return Ok(Some(self.first_rows(batch)));
            }
            if self.ended.load(Ordering::Acquire) {
                return Ok(None);
            }
            self.receive()?;
        }
    }

    /// The column of the schema behind a place in the projection.
    pub(super) fn column(&self, place: usize) -> &Column {
        &self.mount.columns[self.projection[place]]
    }

    fn check_running(&self) -> Result<(), ScanError> {
        let statement = &self.mount.statement;
        if statement.is_cancelled() || statement.has_failed() {
            return Err(ScanError::new("the statement was cancelled"));
        }
        Ok(())
    }

    /// Takes what the stream has, if anything, in for the next look.
    fn receive(&self) -> Result<(), ScanError> {
        match self.stream.next(WAIT)? {
            Next::Pending => {}
            Next::End => self.ended.store(true, Ordering::Release),
            Next::Batch(batch) => {
                self.check(&batch)?;
                // Zero rows would tell DuckDB that all are read.
                if batch.num_rows() > 0 {
                    self.remainder().push(batch);
                }
            }
        }
        Ok(())
    }

    fn check(&self, batch: &RecordBatch) -> Result<(), ScanError> {
        if batch.num_columns() != self.projection.len() {
            return Err(ScanError::new(format!(
                "the stream gave {} columns where {} were asked for: a bug of the connector",
                batch.num_columns(),
                self.projection.len()
            )));
        }
        let mut columns = batch.columns().iter().enumerate();
        columns
            .try_for_each(|(place, array)| self.column(place).check(array))
            .map_err(ScanError::new)
    }

    fn first_rows(&self, batch: RecordBatch) -> RecordBatch {
        if batch.num_rows() <= MOST_ROWS {
            return batch;
        }
        self.remainder().push(batch.slice(MOST_ROWS, batch.num_rows() - MOST_ROWS));
        batch.slice(0, MOST_ROWS)
    }

    fn remainder(&self) -> MutexGuard<'_, Vec<RecordBatch>> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Pull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pull").field("projection", &self.projection).finish_non_exhaustive()
    }
}
