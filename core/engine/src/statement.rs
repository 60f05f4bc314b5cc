//! What a session's running statement and the scans it reads tell each other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::scan::ScanError;

/// The state of a session's statement, shared with its scans and with who may cancel it.
#[derive(Debug, Default)]
pub(crate) struct StatementState {
    cancelled: AtomicBool,
    unordered: AtomicBool,
    failed: AtomicBool,
    failure: Mutex<Option<ScanError>>,
}

impl StatementState {
    /// Forgets the statement before.
    pub(crate) fn start(&self, ordered: bool) {
        self.unordered.store(!ordered, Ordering::Release);
        self.failed.store(false, Ordering::Release);
        drop(self.take_failure());
    }

    pub(crate) fn is_ordered(&self) -> bool {
        !self.unordered.load(Ordering::Acquire)
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    /// Lets statements run again after a cancel.
    pub(crate) fn acknowledge_cancel(&self) {
        self.cancelled.store(false, Ordering::Release);
    }

    /// Keeps the first error of a scan; what follows it is fallout.
    pub(crate) fn fail(&self, error: ScanError) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert(error);
        self.failed.store(true, Ordering::Release);
    }

    /// Tells whether a scan failed, so that the threads of the others stop waiting.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    pub(crate) fn take_failure(&self) -> Option<ScanError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
