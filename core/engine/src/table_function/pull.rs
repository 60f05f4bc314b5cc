//! Rows pulled from a stream in the pieces that DuckDB takes.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arrow::array::RecordBatch;
use sqlflow_fault as fault;

use super::column::Column;
use super::mount::Mount;
use super::parts::{Parts, Taken};
use crate::scan::{Next, ScanError, ScanStream};
use crate::statement::RowOrder;

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
    streams: Vec<Stream>,
    parts: Arc<Parts>,
}

/// A stream and what is left of the batch it gave last.
struct Stream {
    source: Arc<dyn ScanStream>,
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
        let streams: Vec<Stream> = mount.open(&projection)?.into_iter().map(Stream::new).collect();
        let parts = Parts::new(streams.len());
        Ok(Self { mount, outputs, projection, streams, parts })
    }

    /// How many threads may pull.
    pub(super) fn threads(&self) -> usize {
        match self.mount.statement.order() {
            RowOrder::Kept => 1,
            RowOrder::Free => self.mount.threads,
            RowOrder::KeptInParts => self.streams.len().max(1),
        }
    }

    /// Returns the next rows of the calling thread, as many as DuckDB takes at once, or none at
    /// the end. `taken` is what that thread has taken so far.
    ///
    /// # Errors
    /// Fails when the stream fails, when its batch is not as announced, and on cancel.
    pub(super) fn next(&self, taken: &mut Taken) -> Result<Option<RecordBatch>, ScanError> {
        if self.mount.statement.order() != RowOrder::KeptInParts {
            let all = self.streams.first();
            return all.map_or(Ok(None), |stream| self.next_of(stream));
        }
        loop {
            let current = taken.last().or_else(|| self.parts.take(taken));
            let stream = current.and_then(|part| self.streams.get(part));
            if let Some(batch) = stream.map_or(Ok(None), |stream| self.next_of(stream))? {
                return Ok(Some(batch));
            }
            if self.parts.take(taken).is_none() {
                break;
            }
        }
        while !self.parts.is_turn(taken, WAIT) {
            self.check_running()?;
        }
        Ok(None)
    }

    fn next_of(&self, stream: &Stream) -> Result<Option<RecordBatch>, ScanError> {
        loop {
            self.check_running()?;
            if let Some(rows) = stream.take_rows() {
                fault::point(fault::SCAN_HANDED);
                return Ok(Some(rows));
            }
            if stream.ended.load(Ordering::Acquire) {
                return Ok(None);
            }
            self.receive(stream)?;
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
    fn receive(&self, stream: &Stream) -> Result<(), ScanError> {
        match stream.source.next(WAIT)? {
            Next::Pending => {}
            Next::End => stream.ended.store(true, Ordering::Release),
            Next::Batch(batch) => {
                self.check(&batch)?;
                // Zero rows would tell DuckDB that all are read.
                if batch.num_rows() > 0 {
                    stream.remainder().push(batch);
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
}

impl Stream {
    fn new(source: Arc<dyn ScanStream>) -> Self {
        Self { source, rest: Mutex::default(), ended: AtomicBool::default() }
    }

    /// The first rows of what is left, as many as DuckDB takes at once.
    fn take_rows(&self) -> Option<RecordBatch> {
        let batch = self.remainder().pop()?;
        if batch.num_rows() <= MOST_ROWS {
            return Some(batch);
        }
        self.remainder().push(batch.slice(MOST_ROWS, batch.num_rows() - MOST_ROWS));
        Some(batch.slice(0, MOST_ROWS))
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
