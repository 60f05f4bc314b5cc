//! `sqlflow pipeline …`: the words that SQLFlow's users know.

mod compile;

use std::ffi::OsString;

use clap::Subcommand;

use crate::failure::Outcome;
use crate::format::Report;
use crate::verb::check::{CheckArgs, check};
use crate::verb::list::{ListArgs, list};
use crate::verb::run::{RunArgs, run};
use crate::verb::unknown::refuse;
use crate::workspace_args::WorkspaceArgs;
use compile::{CompileArgs, compile};

/// The verbs behind `sqlflow pipeline`.
#[derive(Debug, Subcommand)]
pub(crate) enum PipelineVerb {
    /// The same as `sqlflow run`
    Run(RunArgs),
    /// The same as `sqlflow check`
    Validate(CheckArgs),
    /// Write plans as JSON to target/compiled
    Compile(CompileArgs),
    /// The same as `sqlflow list`
    #[command(alias = "ls")]
    List(ListArgs),
    /// Anything else.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

impl PipelineVerb {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        match self {
            Self::Run(args) => args.report(),
            Self::Validate(args) => args.format,
            Self::List(args) => args.format.into(),
            Self::Compile(_) | Self::Other(_) => Report::Text,
        }
    }

    /// The project that it runs a pipeline of, where it does.
    pub(crate) fn runs_in(&self) -> Option<&WorkspaceArgs> {
        match self {
            Self::Run(args) => Some(args.workspace()),
            _ => None,
        }
    }

    /// Does it.
    pub(crate) fn run(&self) -> Outcome {
        match self {
            Self::Run(args) => run(args),
            Self::Validate(args) => check(args),
            Self::Compile(args) => compile(args),
            Self::List(args) => list(args),
            Self::Other(words) => {
                Err(refuse("pipeline ", words, &["run", "validate", "compile", "list"], &[]))
            }
        }
    }
}
