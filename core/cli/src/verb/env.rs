//! `sqlflow env …`.

mod check;
mod get;
mod list;
mod template;

use std::ffi::OsString;

use clap::{Args, Subcommand};
use sqlflow_profile::{Environment, Project};
use sqlflow_run::{EnvironmentName, environment_names};

use crate::failure::{Failure, Outcome};
use crate::format::Report;
use crate::verb::unknown::refuse;
use crate::workspace_args::here;

/// The options of `sqlflow env`.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct EnvArgs {
    #[command(subcommand)]
    verb: EnvVerb,
}

/// The verbs behind `sqlflow env`.
#[derive(Debug, Subcommand)]
enum EnvVerb {
    /// List the names that pipelines and profiles refer to, and which are set
    #[command(alias = "ls")]
    List(list::EnvListArgs),
    /// Print the value of one name
    Get(get::EnvGetArgs),
    /// Find the names that are not set
    Check(check::EnvCheckArgs),
    /// Write a file to fill in as .env, with every name the project refers to
    Template(template::EnvTemplateArgs),
    /// Anything else.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

impl EnvArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        match &self.verb {
            EnvVerb::List(args) => args.format.into(),
            EnvVerb::Get(args) => args.format.into(),
            EnvVerb::Check(args) => args.format,
            EnvVerb::Template(args) => args.format.into(),
            EnvVerb::Other(_) => Report::Text,
        }
    }
}

/// Show and check the environment that pipelines read.
pub(crate) fn env(args: &EnvArgs) -> Outcome {
    match &args.verb {
        EnvVerb::List(args) => list::list(args),
        EnvVerb::Get(args) => get::get(args),
        EnvVerb::Check(args) => check::check(args),
        EnvVerb::Template(args) => template::template(args),
        EnvVerb::Other(words) => {
            Err(refuse("env ", words, &["list", "get", "check", "template"], &[]))
        }
    }
}

/// A project with its environment. Its profiles need not be in order.
struct Surroundings {
    project: Project,
    environment: Environment,
}

impl Surroundings {
    fn look() -> Result<Self, Failure> {
        let project = Project::discover(&here()?);
        let environment = sqlflow_run::environment(&project)?;
        Ok(Self { project, environment })
    }

    /// The names that the pipelines refer to, and all profiles or this one.
    fn names(&self, profile: Option<&str>) -> Result<Vec<EnvironmentName>, Failure> {
        if let Some(name) = profile
            && self.project.profile_path(name).is_none()
        {
            // Says which there are.
            sqlflow_run::profile(&self.project, name, &self.environment)?;
        }
        Ok(environment_names(&self.project, profile))
    }
}
