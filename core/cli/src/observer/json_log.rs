//! The run's events on standard output, one JSON object a line.

use std::io::{self, Write};

use sqlflow_run::Observer;
use sqlflow_state::Event;

/// Writes each event as it stands in the run's log.
#[derive(Debug)]
pub(crate) struct JsonLog;

impl Observer for JsonLog {
    fn event(&mut self, event: &Event) {
        // The run goes on where nobody reads; its exit code tells how it ended.
        if let Ok(line) = serde_json::to_string(event) {
            let _ = writeln!(io::stdout().lock(), "{line}");
        }
    }
}
