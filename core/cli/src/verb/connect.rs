//! `sqlflow connect`.

use clap::Args;

use crate::failure::Outcome;
use crate::format::Report;
use crate::verb::unknown;

/// The options of `sqlflow connect`.
#[derive(Debug, Args)]
pub(crate) struct ConnectArgs {}

impl ConnectArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        Report::Text
    }
}

/// List, test and add connections of the profile.
pub(crate) fn connect(_args: &ConnectArgs) -> Outcome {
    Err(unknown::not_built("connect"))
}
