use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{Error, Result};

/// Tells a running operation to stop, from any thread.
///
/// Clones share one state. Cancelling is final and never blocks.
#[derive(Clone, Default)]
pub struct CancelToken(Arc<State>);

#[derive(Default)]
struct State {
    cancelled: AtomicBool,
    hooks: Mutex<Vec<Box<dyn FnOnce() + Send>>>,
}

impl CancelToken {
    /// A token that nobody has cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels: runs the hooks registered so far, each once, in their order.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        for hook in self.take_hooks() {
            hook();
        }
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::SeqCst)
    }

    /// Fails with [`Error::cancelled`] once cancelled; for loops that compute.
    ///
    /// # Errors
    ///
    /// The token was cancelled.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::cancelled()) } else { Ok(()) }
    }

    /// Runs `hook` on cancelling, at once where that has happened; for waking what waits.
    /// The hook must not block.
    pub fn on_cancel(&self, hook: impl FnOnce() + Send + 'static) {
        self.0.hooks.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(hook));
        if self.is_cancelled() {
            self.cancel();
        }
    }

    fn take_hooks(&self) -> Vec<Box<dyn FnOnce() + Send>> {
        std::mem::take(&mut *self.0.hooks.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CancelToken").field(&self.is_cancelled()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn every_hook_runs_once_whether_registered_before_or_after() {
        let token = CancelToken::new();
        let runs = Arc::new(AtomicUsize::new(0));
        let hook = |runs: &Arc<AtomicUsize>| {
            let runs = Arc::clone(runs);
            move || {
                runs.fetch_add(1, Ordering::SeqCst);
            }
        };
        token.on_cancel(hook(&runs));
        token.clone().cancel();
        token.on_cancel(hook(&runs));
        token.cancel();
        assert_eq!(runs.load(Ordering::SeqCst), 2);
        assert!(token.check().is_err());
    }
}
