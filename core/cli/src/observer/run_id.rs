//! The name of the run, as its first event gives it.

use std::sync::{Arc, Mutex, PoisonError};

use sqlflow_run::Observer;
use sqlflow_state::{Event, RunId};

use crate::supervisor;

/// Keeps the run's id, and tells it to the supervisor. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct SeenRunId(Arc<Mutex<Option<RunId>>>);

impl SeenRunId {
    /// The id, once the run has begun.
    pub(crate) fn get(&self) -> Option<RunId> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for SeenRunId {
    fn event(&mut self, event: &Event) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.replace(event.run_id) != Some(event.run_id) {
            supervisor::announce_run(event.run_id);
        }
    }
}
