//! `sqlflow fmt`.

use clap::Args;

use crate::failure::Outcome;
use crate::format::Report;
use crate::verb::unknown;

/// The options of `sqlflow fmt`.
#[derive(Debug, Args)]
pub(crate) struct FmtArgs {}

impl FmtArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        Report::Text
    }
}

/// Write pipelines in the standard form.
pub(crate) fn fmt(_args: &FmtArgs) -> Outcome {
    Err(unknown::not_built("fmt"))
}
