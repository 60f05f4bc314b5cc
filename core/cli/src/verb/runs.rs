//! `sqlflow runs`: what has been run, and what to do about it.

mod cancel;
mod lines;
mod list;
mod prune;
mod rebuild;
mod resume;
mod show;
mod verify;

use std::ffi::OsString;

use clap::{Args, Subcommand};
use sqlflow_run::PipelineService;

use crate::failure::{Failure, Outcome};
use crate::format::{Format, Report};
use crate::screen::Screen;
use crate::verb::unknown::refuse;
use crate::workspace_args::WorkspaceArgs;

/// The options of `sqlflow runs`.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct RunsArgs {
    #[command(subcommand)]
    verb: RunsVerb,
}

#[derive(Debug, Subcommand)]
enum RunsVerb {
    /// List runs, the newest first
    List(list::RunsListArgs),
    /// Show a run: its steps, attempts, rows, times and errors
    Show(show::RunsShowArgs),
    /// Cancel a run, whichever process it runs in
    Cancel(cancel::RunsCancelArgs),
    /// Take up a run that was interrupted, failed or cancelled
    Resume(Box<resume::RunsResumeArgs>),
    /// Check the logs of runs, event by event
    Verify(verify::RunsVerifyArgs),
    /// Make the list of runs again from their logs
    Rebuild(rebuild::RunsRebuildArgs),
    /// Remove old runs
    Prune(prune::RunsPruneArgs),
    /// Anything else.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

/// What every verb of `runs` takes.
#[derive(Debug, Args)]
struct Asked {
    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

impl Asked {
    fn service(&self) -> Result<PipelineService, Failure> {
        let screen = Screen::new(self.format == Format::Json);
        Ok(PipelineService::look(self.workspace.open(&screen)?)?)
    }
}

impl RunsArgs {
    /// The project that it runs a pipeline of, where it does.
    pub(crate) fn runs_in(&self) -> Option<&WorkspaceArgs> {
        match &self.verb {
            RunsVerb::Resume(args) => Some(args.workspace()),
            _ => None,
        }
    }

    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        match &self.verb {
            RunsVerb::List(args) => args.common.format.into(),
            RunsVerb::Show(args) => args.common.format.into(),
            RunsVerb::Cancel(args) => args.common.format.into(),
            RunsVerb::Resume(args) => args.report(),
            RunsVerb::Verify(args) => args.common.format.into(),
            RunsVerb::Rebuild(args) => args.common.format.into(),
            RunsVerb::Prune(args) => args.common.format.into(),
            RunsVerb::Other(_) => Report::Text,
        }
    }
}

/// Lists, shows, cancels, takes up, checks and removes runs.
pub(crate) fn runs(args: &RunsArgs) -> Outcome {
    const KNOWN: &[&str] = &["list", "show", "cancel", "resume", "verify", "rebuild", "prune"];
    match &args.verb {
        RunsVerb::List(args) => list::list(args),
        RunsVerb::Show(args) => show::show(args),
        RunsVerb::Cancel(args) => cancel::cancel(args),
        RunsVerb::Resume(args) => resume::resume(args),
        RunsVerb::Verify(args) => verify::verify(args),
        RunsVerb::Rebuild(args) => rebuild::rebuild(args),
        RunsVerb::Prune(args) => prune::prune(args),
        RunsVerb::Other(words) => Err(refuse("runs ", words, KNOWN, &[])),
    }
}
