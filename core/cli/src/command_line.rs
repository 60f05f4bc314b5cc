//! The verbs and their order on the first screen.

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use crate::failure::Outcome;
use crate::format::Report;
use crate::verb::check::{self, CheckArgs};
use crate::verb::completions::{self, CompletionsArgs};
use crate::verb::connect::{self, ConnectArgs};
use crate::verb::env::{self, EnvArgs};
use crate::verb::explain::{self, ExplainArgs};
use crate::verb::fmt::{self, FmtArgs};
use crate::verb::init::{self, InitArgs};
use crate::verb::lineage::{self, LineageArgs};
use crate::verb::list::{self, ListArgs};
use crate::verb::migrate::{self, MigrateArgs};
use crate::verb::pipeline::PipelineVerb;
use crate::verb::plan::{self, PlanArgs};
use crate::verb::plugin::PluginVerb;
use crate::verb::preview::{self, PreviewArgs};
use crate::verb::profiles::{self, ProfilesArgs};
use crate::verb::query::{self, QueryArgs};
use crate::verb::run::{self, RunArgs};
use crate::verb::runs::{self, RunsArgs};
use crate::verb::status::{self, StatusArgs};
use crate::verb::{unknown, version};
use crate::workspace_args::WorkspaceArgs;

const MORE: &str = "\
More verbs: completions, env, explain, fmt, lineage, list, migrate, pipeline, profiles, runs, status, version

Begin with `sqlflow init demo`. `sqlflow VERB --help` explains a verb.
Exit codes: 0 ok, 1 usage or configuration, 2 syntax, 3 connection, 4 validation, 5 execution,
6 permission or trust, 7 memory or disk, 70 crash, 129 or 143 stopped, 130 cancelled.";

/// SQL pipelines over an embedded DuckDB
#[derive(Debug, Parser)]
#[command(
    name = "sqlflow",
    version,
    after_help = MORE,
    arg_required_else_help = true,
    subcommand_value_name = "VERB",
    subcommand_help_heading = "Verbs",
    max_term_width = 100
)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a project that runs at once
    Init(InitArgs),
    /// Run a pipeline
    Run(RunArgs),
    /// Check pipelines, and write nothing
    Check(CheckArgs),
    /// Show the steps of a pipeline
    Plan(PlanArgs),
    /// Run a query on the profile's database
    Query(QueryArgs),
    /// Show the first rows of a file, connection or source
    Preview(PreviewArgs),
    /// List, test and add connections of the profile
    Connect(ConnectArgs),
    /// List, inspect, make and install connector plugins
    #[command(subcommand, arg_required_else_help = true)]
    Plugin(PluginVerb),
    /// Print a completion script for a shell
    #[command(hide = true)]
    Completions(CompletionsArgs),
    /// Show and check the environment that pipelines read
    #[command(hide = true)]
    Env(EnvArgs),
    /// Explain an error code
    #[command(hide = true)]
    Explain(ExplainArgs),
    /// Write pipelines in the standard form
    #[command(hide = true)]
    Fmt(FmtArgs),
    /// Show which columns make which
    #[command(hide = true)]
    Lineage(LineageArgs),
    /// List the pipelines of the project
    #[command(hide = true)]
    List(ListArgs),
    /// Bring pipelines and profiles of SQLFlow up to date
    #[command(hide = true)]
    Migrate(MigrateArgs),
    /// The words of SQLFlow: run, validate, compile, list
    #[command(subcommand, hide = true, arg_required_else_help = true)]
    Pipeline(PipelineVerb),
    /// List, show and validate profiles
    #[command(hide = true)]
    Profiles(ProfilesArgs),
    /// List, show, cancel, resume, check and remove runs
    #[command(hide = true)]
    Runs(RunsArgs),
    /// Show the project at a glance
    #[command(hide = true)]
    Status(StatusArgs),
    /// Print the version
    #[command(hide = true)]
    Version,
    /// Anything else.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

impl CommandLine {
    /// The format that was asked for, in which a failure is told too.
    pub(crate) fn report(&self) -> Report {
        match &self.verb {
            Verb::Run(args) => args.report(),
            Verb::Check(args) => args.format,
            Verb::Plan(args) => args.format,
            Verb::List(args) => args.format.into(),
            Verb::Connect(args) => args.report(),
            Verb::Env(args) => args.report(),
            Verb::Explain(args) => args.report(),
            Verb::Fmt(args) => args.report(),
            Verb::Lineage(args) => args.report(),
            Verb::Migrate(args) => args.report(),
            Verb::Profiles(args) => args.report(),
            Verb::Runs(args) => args.report(),
            Verb::Status(args) => args.report(),
            Verb::Plugin(verb) => verb.report(),
            Verb::Pipeline(verb) => verb.report(),
            // Standard output is for their rows; what goes wrong half-way must not stand among them.
            Verb::Query(_) | Verb::Preview(_) => Report::Text,
            Verb::Init(_) | Verb::Completions(_) | Verb::Version | Verb::Other(_) => Report::Text,
        }
    }

    /// Whether the verb may run code of plugins.
    pub(crate) fn loads_plugins(&self) -> bool {
        match &self.verb {
            Verb::Run(_) | Verb::Check(_) | Verb::Plan(_) | Verb::Preview(_) => true,
            Verb::Connect(_) | Verb::Lineage(_) | Verb::Migrate(_) => true,
            Verb::Pipeline(_) | Verb::Profiles(_) | Verb::Runs(_) => true,
            Verb::Plugin(verb) => verb.loads_plugin(),
            _ => false,
        }
    }

    /// The project that it runs a pipeline of, where it does.
    pub(crate) fn runs_in(&self) -> Option<&WorkspaceArgs> {
        match &self.verb {
            Verb::Run(args) => Some(args.workspace()),
            Verb::Runs(args) => args.runs_in(),
            Verb::Pipeline(verb) => verb.runs_in(),
            _ => None,
        }
    }

    /// Does what was asked for.
    pub(crate) fn run(&self) -> Outcome {
        match &self.verb {
            Verb::Init(args) => init::init(args),
            Verb::Run(args) => run::run(args),
            Verb::Check(args) => check::check(args),
            Verb::Plan(args) => plan::plan(args),
            Verb::Query(args) => query::query(args),
            Verb::Preview(args) => preview::preview(args),
            Verb::List(args) => list::list(args),
            Verb::Plugin(verb) => verb.run(),
            Verb::Pipeline(verb) => verb.run(),
            Verb::Connect(args) => connect::connect(args),
            Verb::Env(args) => env::env(args),
            Verb::Explain(args) => explain::explain(args),
            Verb::Fmt(args) => fmt::fmt(args),
            Verb::Lineage(args) => lineage::lineage(args),
            Verb::Migrate(args) => migrate::migrate(args),
            Verb::Profiles(args) => profiles::profiles(args),
            Verb::Runs(args) => runs::runs(args),
            Verb::Status(args) => status::status(args),
            Verb::Completions(args) => completions::completions(args),
            Verb::Version => version::version(),
            Verb::Other(words) => Err(unknown::verb(words)),
        }
    }
}
