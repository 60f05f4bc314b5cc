//! `sqlflow version`.

use std::io::{self, Write};

use crate::exit;
use crate::failure::Outcome;

/// Prints the version; opens nothing.
pub(crate) fn version() -> Outcome {
    writeln!(io::stdout(), "sqlflow {}", env!("CARGO_PKG_VERSION"))?;
    Ok(exit::OK)
}
