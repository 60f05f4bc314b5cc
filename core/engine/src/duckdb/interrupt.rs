//! Cancelling a statement from another thread.

use std::fmt;
use std::sync::Arc;

use duckdb::InterruptHandle;

use crate::statement::StatementState;

/// Cancels a session's statement from any thread.
#[derive(Clone)]
pub struct Interrupt {
    handle: Arc<InterruptHandle>,
    statement: Arc<StatementState>,
}

impl Interrupt {
    pub(super) fn new(handle: Arc<InterruptHandle>, statement: &Arc<StatementState>) -> Self {
        Self { handle, statement: Arc::clone(statement) }
    }

    /// Cancels the running statement, and every later one of the session until it is rolled back.
    ///
    /// So a cancel that comes between two statements is not lost. One that comes at the instant a
    /// statement starts may let that one run to its end, if it reads no scan.
    pub fn interrupt(&self) {
        self.statement.cancel();
        self.handle.interrupt();
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interrupt").field("statement", &self.statement).finish_non_exhaustive()
    }
}
