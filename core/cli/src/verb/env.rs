//! `sqlflow env`.

use clap::Args;

use crate::failure::Outcome;
use crate::format::Report;
use crate::verb::unknown;

/// The options of `sqlflow env`.
#[derive(Debug, Args)]
pub(crate) struct EnvArgs {}

impl EnvArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        Report::Text
    }
}

/// Show and check the environment that pipelines read.
pub(crate) fn env(_args: &EnvArgs) -> Outcome {
    Err(unknown::not_built("env"))
}
