//! `sqlflow migrate`.

use clap::Args;

use crate::failure::Outcome;
use crate::format::Report;
use crate::verb::unknown;

/// The options of `sqlflow migrate`.
#[derive(Debug, Args)]
pub(crate) struct MigrateArgs {}

impl MigrateArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        Report::Text
    }
}

/// Bring pipelines and profiles of SQLFlow up to date.
pub(crate) fn migrate(_args: &MigrateArgs) -> Outcome {
    Err(unknown::not_built("migrate"))
}
