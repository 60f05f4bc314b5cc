use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use arrow::array::RecordBatch;
use sqlflow_host::{EventSink, ResilienceEvent};

/// How many rows of an export are shown.
const FIRST_ROWS: usize = 3;

/// Counts what moves through a step while it runs.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    rows: AtomicU64,
    bytes: AtomicU64,
    source_us: AtomicU64,
    destination_us: AtomicU64,
    retries: AtomicU32,
    recoveries: AtomicU32,
    first_rows: OnceLock<RecordBatch>,
}

impl Meter {
    pub(crate) fn count(&self, batch: &RecordBatch) {
        self.rows.fetch_add(batch.num_rows() as u64, Relaxed);
        self.bytes.fetch_add(batch.get_array_memory_size() as u64, Relaxed);
    }

    /// Keeps the first rows of the first batch, to be shown.
    pub(crate) fn keep_first_rows(&self, batch: &RecordBatch) {
        if batch.num_rows() > 0 {
            self.first_rows.get_or_init(|| batch.slice(0, batch.num_rows().min(FIRST_ROWS)));
        }
    }

    pub(crate) fn first_rows(&self) -> Option<&RecordBatch> {
        self.first_rows.get()
    }

    pub(crate) fn rows(&self) -> u64 {
        self.rows.load(Relaxed)
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// Runs a call that waits for the source.
    pub(crate) fn in_source<T>(&self, call: impl FnOnce() -> T) -> T {
        timed(&self.source_us, call)
    }

    /// Runs a call that waits for the destination.
    pub(crate) fn in_destination<T>(&self, call: impl FnOnce() -> T) -> T {
        timed(&self.destination_us, call)
    }

    /// Counts what is done where the other side is slow or down.
    pub(crate) fn resilience(self: &Arc<Self>) -> EventSink {
        let meter = Arc::clone(self);
        Arc::new(move |event| {
            let counter = match event {
                ResilienceEvent::Retried { .. } => &meter.retries,
                ResilienceEvent::Recovered { .. } => &meter.recoveries,
                _ => return,
            };
            counter.fetch_add(1, Relaxed);
        })
    }

    /// Calls that were made again.
    pub(crate) fn retries(&self) -> u32 {
        self.retries.load(Relaxed)
    }

    /// Sessions, streams and commits that were whole again after a failure.
    pub(crate) fn recoveries(&self) -> u32 {
        self.recoveries.load(Relaxed)
    }

    pub(crate) fn source_us(&self) -> u64 {
        self.source_us.load(Relaxed)
    }

    pub(crate) fn destination_us(&self) -> u64 {
        self.destination_us.load(Relaxed)
    }
}

fn timed<T>(counter: &AtomicU64, call: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = call();
    counter.fetch_add(micros(began.elapsed()), Relaxed);
    result
}

pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
