//! `sqlflow profiles`.

use clap::Args;

use crate::failure::Outcome;
use crate::format::Report;
use crate::verb::unknown;

/// The options of `sqlflow profiles`.
#[derive(Debug, Args)]
pub(crate) struct ProfilesArgs {}

impl ProfilesArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        Report::Text
    }
}

/// List, show and validate profiles.
pub(crate) fn profiles(_args: &ProfilesArgs) -> Outcome {
    Err(unknown::not_built("profiles"))
}
