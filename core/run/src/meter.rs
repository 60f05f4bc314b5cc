use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use arrow::array::RecordBatch;

/// Counts what moves through a step while it runs.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    rows: AtomicU64,
    bytes: AtomicU64,
    source_us: AtomicU64,
    destination_us: AtomicU64,
}

impl Meter {
    pub(crate) fn count(&self, batch: &RecordBatch) {
        self.rows.fetch_add(batch.num_rows() as u64, Relaxed);
        self.bytes.fetch_add(batch.get_array_memory_size() as u64, Relaxed);
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
