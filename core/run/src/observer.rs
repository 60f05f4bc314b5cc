use std::time::Duration;

use arrow::array::RecordBatch;
use sqlflow_state::{Event, RunId, RunState};

/// Watches a run. Called on a thread of its own, in order; what it does has no influence on the
/// run.
pub trait Observer: Send {
    /// A run that began earlier goes on; this is how far it had come. Called before the first event.
    fn taken_up(&mut self, run: RunId, state: &RunState) {
        let _ = (run, state);
    }

    /// Something happened to the run. Also called for the last event.
    fn event(&mut self, event: &Event) {
        let _ = event;
    }

    /// How far a running step is, several times a second.
    fn progress(&mut self, progress: &Progress) {
        let _ = progress;
    }

    /// The first few rows that an export has sent, when it is done. No event has rows in it: these
    /// are kept nowhere.
    fn first_rows(&mut self, step: &str, rows: &RecordBatch) {
        let _ = (step, rows);
    }
}

/// How far a running step is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The step.
    pub step: String,
    /// Rows moved so far.
    pub rows: u64,
    /// Bytes of those rows in memory.
    pub bytes: u64,
    /// Since the step began.
    pub elapsed: Duration,
}
