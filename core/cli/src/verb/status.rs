//! `sqlflow status`.

use clap::Args;

use crate::failure::Outcome;
use crate::format::Report;
use crate::verb::unknown;

/// The options of `sqlflow status`.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {}

impl StatusArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        Report::Text
    }
}

/// Show the project at a glance.
pub(crate) fn status(_args: &StatusArgs) -> Outcome {
    Err(unknown::not_built("status"))
}
