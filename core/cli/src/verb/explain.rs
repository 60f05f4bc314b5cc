//! `sqlflow explain`.

use clap::Args;

use crate::failure::Outcome;
use crate::format::Report;
use crate::verb::unknown;

/// The options of `sqlflow explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {}

impl ExplainArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        Report::Text
    }
}

/// Explain an error code.
pub(crate) fn explain(_args: &ExplainArgs) -> Outcome {
    Err(unknown::not_built("explain"))
}
