//! `sqlflow migrate …`.

mod change;
mod connections;
mod inline;
mod old_profile;
mod profile_text;
mod report;
mod secrets;
mod shapes;
mod to_profiles;
mod yaml;

use clap::{Args, Subcommand};

use crate::failure::Outcome;
use crate::format::Report;

/// The options of `sqlflow migrate`.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct MigrateArgs {
    #[command(subcommand)]
    verb: MigrateVerb,
}

#[derive(Debug, Subcommand)]
enum MigrateVerb {
    /// Move the params of a pipeline's sources and exports into connections of the profile
    ToProfiles(to_profiles::ToProfilesArgs),
    /// Do that for all pipelines of a folder
    ExtractProfiles(to_profiles::ExtractArgs),
    /// Write old shapes of profiles anew
    Profile(old_profile::OldProfileArgs),
}

impl MigrateArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        Report::Text
    }
}

/// Brings pipelines and profiles of SQLFlow up to date.
pub(crate) fn migrate(args: &MigrateArgs) -> Outcome {
    match &args.verb {
        MigrateVerb::ToProfiles(args) => to_profiles::one(args),
        MigrateVerb::ExtractProfiles(args) => to_profiles::folder(args),
        MigrateVerb::Profile(args) => old_profile::profile(args),
    }
}
