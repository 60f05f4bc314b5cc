//! What a session's running statement and the scans it reads tell each other.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::scan::ScanError;

/// What becomes of the order of rows in a statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum RowOrder {
    /// DuckDB keeps it: one thread pulls.
    #[default]
    Kept,
    /// It does not matter: all threads pull from one stream.
    Free,
    /// It is free to DuckDB, and kept by which thread gets which part.
    KeptInParts,
}

/// The state of a session's statement, shared with its scans and with who may cancel it.
#[derive(Debug, Default)]
pub(crate) struct StatementState {
    cancelled: AtomicBool,
    running: AtomicBool,
    /// Held while an interrupt is repeated, and to acknowledge a cancel.
    repeating: Mutex<()>,
    order: AtomicU8,
    failed: AtomicBool,
    failure: Mutex<Option<ScanError>>,
}

impl StatementState {
    /// Forgets the statement before.
    pub(crate) fn start(&self, order: RowOrder) {
        self.order.store(order as u8, Ordering::Release);
        self.failed.store(false, Ordering::Release);
        drop(self.take_failure());
    }

    pub(crate) fn order(&self) -> RowOrder {
        match self.order.load(Ordering::Acquire) {
            0 => RowOrder::Kept,
            1 => RowOrder::Free,
            _ => RowOrder::KeptInParts,
        }
    }

    /// Says that a statement runs as long as the guard lives. Then asks whether it was cancelled:
    /// in this order, a cancel finds the statement running, or the statement finds the cancel.
    pub(crate) fn run(&self) -> Running<'_> {
        self.running.store(true, Ordering::SeqCst);
        Running(self)
    }

    pub(crate) fn is_running(&self) -> bool {
        self.running.load(Ordering::SeqCst)
    }

    /// Calls `interrupt` if a statement still runs although it was cancelled, and says whether it
    /// did. A statement that comes after the cancel was acknowledged is not hit.
    pub(crate) fn repeat(&self, interrupt: impl FnOnce()) -> bool {
        let _turn = self.repeating.lock().unwrap_or_else(PoisonError::into_inner);
        let goes_on = self.is_running() && self.is_cancelled();
        if goes_on {
            interrupt();
        }
        goes_on
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    /// Lets statements run again after a cancel.
    pub(crate) fn acknowledge_cancel(&self) {
        let _none_repeats = self.repeating.lock().unwrap_or_else(PoisonError::into_inner);
        self.cancelled.store(false, Ordering::SeqCst);
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

/// A statement that runs; see [`StatementState::run`].
pub(crate) struct Running<'s>(&'s StatementState);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.store(false, Ordering::SeqCst);
    }
}
