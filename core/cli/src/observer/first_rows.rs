//! The first rows of every export, to be shown when the run has ended.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::RecordBatch;
use sqlflow_run::Observer;

/// Keeps the first rows by step. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct FirstRows(Arc<Mutex<HashMap<String, RecordBatch>>>);

impl FirstRows {
    /// Those of a step, if it sent any.
    pub(crate) fn of(&self, step: &str) -> Option<RecordBatch> {
        self.lock().get(step).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, RecordBatch>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for FirstRows {
    fn first_rows(&mut self, step: &str, rows: &RecordBatch) {
        self.lock().insert(step.to_owned(), rows.clone());
    }
}
