use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use sqlflow_plugin_sdk::CancelToken;

use crate::{Trouble, code, errors};

/// A run that this process was asked to drive, from before its first event to after its last.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) cancel: CancelToken,
    outcome: Mutex<Option<Result<(), Arc<Trouble>>>>,
    ended: Condvar,
}

impl Started {
    pub(super) fn new(cancel: CancelToken) -> Self {
        Self { cancel, outcome: Mutex::new(None), ended: Condvar::new() }
    }

    /// Does the work on a thread of its own, and keeps what it was refused for.
    pub(super) fn go(
        self: &Arc<Self>,
        work: impl FnOnce() -> Result<(), Trouble> + Send + 'static,
    ) {
        let thread = thread::Builder::new().name("sqlflow-run".to_owned());
        let started = Arc::clone(self);
        let spawned = thread.spawn(move || {
            let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked()));
            started.end(outcome);
        });
        if let Err(error) = spawned {
            self.end(Err(no_thread(&error)));
        }
    }

    /// Waits until the run's thread is done.
    pub(super) fn wait(&self) {
        let mut outcome = self.lock();
        while outcome.is_none() {
            outcome = self.ended.wait(outcome).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether the run's thread is done.
    pub(super) fn is_over(&self) -> bool {
        self.lock().is_some()
    }

    /// What kept the run from beginning.
    pub(super) fn refused(&self) -> Option<Arc<Trouble>> {
        self.lock().as_ref().and_then(|outcome| outcome.as_ref().err().map(Arc::clone))
    }

    fn end(&self, outcome: Result<(), Trouble>) {
        *self.lock() = Some(outcome.map_err(Arc::new));
        self.ended.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Option<Result<(), Arc<Trouble>>>> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn panicked() -> Trouble {
    let remedy = "report it, with the pipeline and the log";
    Trouble::before(errors::noticed(code::BUG, "bug", "the run panicked".to_owned(), remedy))
}

fn no_thread(error: &std::io::Error) -> Trouble {
    let message = format!("the system gives the run no thread: {error}");
    let remedy = "raise the limit of processes, or wait until other runs have ended";
    Trouble::before(errors::noticed(code::OUT_OF_RESOURCES, "resources", message, remedy))
}
