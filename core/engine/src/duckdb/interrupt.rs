//! Cancelling a statement from another thread.

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use duckdb::InterruptHandle;

use crate::statement::StatementState;

/// How long a statement that was interrupted may go on before it is interrupted again.
const AGAIN: Duration = Duration::from_millis(10);

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
    /// So a cancel that comes between two statements is not lost. DuckDB forgets an interrupt that
    /// comes at the instant a statement starts: it is repeated until the statement has ended.
    pub fn interrupt(&self) {
        self.statement.cancel();
        self.handle.interrupt();
        if self.statement.is_running() {
            let again = self.clone();
            let thread = thread::Builder::new().name("sqlflow-interrupt".to_owned());
            // Where no thread can be started, the first one has to do.
            let _ = thread.spawn(move || again.repeat());
        }
    }

    fn repeat(&self) {
        while self.statement.repeat(|| self.handle.interrupt()) {
            thread::sleep(AGAIN);
        }
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interrupt").field("statement", &self.statement).finish_non_exhaustive()
    }
}
