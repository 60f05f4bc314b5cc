use std::sync::Arc;

use sqlflow_fault as fault;
use sqlflow_state::{
    Command, Event, Lease, Rejected, RunId, RunState, RunStore, StepError, StoreError, apply,
    decide,
};

use crate::{code, errors};

/// The run's log: every command becomes events.
pub(super) struct Log {
    run: RunId,
    store: Arc<dyn RunStore>,
    lease: Lease,
    state: RunState,
}

/// Why a command did not become events.
#[derive(Debug)]
pub(crate) enum LogError {
    Rejected(Rejected),
    Store(StoreError),
}

impl Log {
    /// The log of a run that is known so far.
    pub(super) fn new(
        run: RunId,
        store: &Arc<dyn RunStore>,
        lease: Lease,
        state: RunState,
    ) -> Self {
        Self { run, store: Arc::clone(store), lease, state }
    }

    pub(super) fn run(&self) -> RunId {
        self.run
    }

    pub(super) fn state(&self) -> &RunState {
        &self.state
    }

    /// Decides, appends and folds; decides anew where another process has appended meanwhile, as
    /// one does that asks for a cancel. Returns all events that were not known before.
    pub(super) fn tell(&mut self, command: Command) -> Result<Vec<Event>, LogError> {
        let mut new = Vec::new();
        loop {
            let facts = decide(&self.state, command.clone()).map_err(LogError::Rejected)?;
            let last = self.state.last_seq();
            fault::point(fault::LOG_TELLING);
            match self.store.append(&self.run, last, Some(&self.lease), facts) {
                Ok(events) => {
                    fault::point(fault::LOG_TOLD);
                    new.extend(self.fold(events));
                    return Ok(new);
                }
                Err(StoreError::Stale { .. }) => new.extend(self.catch_up()?),
                Err(error) => return Err(LogError::Store(error)),
            }
        }
    }

    /// Folds what another process has appended, and returns it.
    pub(super) fn catch_up(&mut self) -> Result<Vec<Event>, LogError> {
        let events = self.store.load(&self.run, self.state.last_seq()).map_err(LogError::Store)?;
        Ok(self.fold(events))
    }

    fn fold(&mut self, events: Vec<Event>) -> Vec<Event> {
        self.state = events.iter().fold(std::mem::take(&mut self.state), apply);
        events
    }

    pub(super) fn into_state(self) -> RunState {
        self.state
    }
}

impl LogError {
    /// A store that fails is told as such; a command that does not fit is a mistake here, but for
    /// what a user can bring about.
    pub(crate) fn told(&self) -> StepError {
        match self {
            Self::Store(error) => errors::of_store(error),
            Self::Rejected(error @ Rejected::Changed { .. }) => errors::noticed(
                error.code(),
                "config",
                error.to_string(),
                "start anew with --fresh, or undo the change",
            ),
            Self::Rejected(error @ Rejected::Ended { .. }) => errors::noticed(
                error.code(),
                "config",
                error.to_string(),
                "`sqlflow run` starts a new one",
            ),
            Self::Rejected(error) => {
                errors::noticed(code::BUG, "bug", error.to_string(), "report it, with the pipeline")
            }
        }
    }
}
