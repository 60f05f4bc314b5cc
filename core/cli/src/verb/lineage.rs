//! `sqlflow lineage`.

use clap::Args;

use crate::failure::Outcome;
use crate::format::Report;
use crate::verb::unknown;

/// The options of `sqlflow lineage`.
#[derive(Debug, Args)]
pub(crate) struct LineageArgs {}

impl LineageArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        Report::Text
    }
}

/// Show which columns make which.
pub(crate) fn lineage(_args: &LineageArgs) -> Outcome {
    Err(unknown::not_built("lineage"))
}
