use std::fmt;

use arrow::array::RecordBatch;
use sqlflow_state::{
    Command, MemoryStore, Rejected, RunId, RunState, RunStore, StepError, StoreError, apply, decide,
};

use crate::{Observer, Progress, code, errors};

/// The run's log: every command becomes events, which the observers then see.
pub(super) struct Log {
    run: RunId,
    store: MemoryStore,
    state: RunState,
    observers: Vec<Box<dyn Observer>>,
}

/// Why a command did not become events; always a mistake of the coordinator or the store.
#[derive(Debug)]
pub(super) enum LogError {
    Rejected(Rejected),
    Store(StoreError),
}

impl Log {
    pub(super) fn new(run: RunId, observers: Vec<Box<dyn Observer>>) -> Self {
        Self { run, store: MemoryStore::default(), state: RunState::default(), observers }
    }

    /// Decides, appends, folds and shows.
    pub(super) fn tell(&mut self, command: Command) -> Result<(), LogError> {
        let facts = decide(&self.state, command).map_err(LogError::Rejected)?;
        if facts.is_empty() {
            return Ok(());
        }
        let appended = self.store.append(&self.run, self.state.last_seq(), facts);
        for event in appended.map_err(LogError::Store)? {
            self.state = apply(std::mem::take(&mut self.state), &event);
            self.observers.iter_mut().for_each(|observer| observer.event(&event));
        }
        Ok(())
    }

    pub(super) fn progress(&mut self, progress: &Progress) {
        self.observers.iter_mut().for_each(|observer| observer.progress(progress));
    }

    pub(super) fn first_rows(&mut self, step: &str, rows: &RecordBatch) {
        self.observers.iter_mut().for_each(|observer| observer.first_rows(step, rows));
    }

    /// The first step that can run.
    pub(super) fn next_step(&self) -> Option<String> {
        self.state.runnable().next().map(|step| step.planned.id.clone())
    }

    pub(super) fn into_state(self) -> RunState {
        self.state
    }
}

pub(super) fn rejected(error: &LogError) -> StepError {
    errors::noticed(code::BUG, "bug", error.to_string(), "report it, with the pipeline")
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(error) => write!(f, "{error}"),
            Self::Store(error) => write!(f, "{error}"),
        }
    }
}
