//! `sqlflow profiles …`.

mod list;
mod show;
mod validate;

use std::ffi::OsString;

use clap::{Args, Subcommand};

use crate::failure::Outcome;
use crate::format::Report;
use crate::verb::unknown::refuse;

/// The options of `sqlflow profiles`.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct ProfilesArgs {
    #[command(subcommand)]
    verb: ProfilesVerb,
}

/// The verbs behind `sqlflow profiles`.
#[derive(Debug, Subcommand)]
enum ProfilesVerb {
    /// List the profiles, and which one is in use
    #[command(alias = "ls")]
    List(list::ProfilesListArgs),
    /// Show the settings of a profile with their origins; secrets are `***`
    Show(show::ProfilesShowArgs),
    /// Check profiles, and connect to nothing
    Validate(validate::ProfilesValidateArgs),
    /// Anything else.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

impl ProfilesArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        match &self.verb {
            ProfilesVerb::List(args) => args.format.into(),
            ProfilesVerb::Show(args) => args.format.into(),
            ProfilesVerb::Validate(args) => args.format,
            ProfilesVerb::Other(_) => Report::Text,
        }
    }
}

/// List, show and validate profiles.
pub(crate) fn profiles(args: &ProfilesArgs) -> Outcome {
    match &args.verb {
        ProfilesVerb::List(args) => list::list(args),
        ProfilesVerb::Show(args) => show::show(args),
        ProfilesVerb::Validate(args) => validate::validate(args),
        ProfilesVerb::Other(words) => {
            Err(refuse("profiles ", words, &["list", "show", "validate"], &[]))
        }
    }
}
