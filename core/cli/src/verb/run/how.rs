//! The options of every verb that runs a pipeline.

use clap::{Args, ValueEnum};

use crate::format::Report;
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;

/// With what a pipeline is run, and how that is told.
#[derive(Debug, Args)]
pub(crate) struct HowArgs {
    /// Run at most N steps at a time [default: the profile's `runs.max_parallel`, else 2]
    #[arg(long, value_name = "N")]
    pub(super) max_parallel: Option<usize>,

    #[command(flatten)]
    pub(crate) workspace: WorkspaceArgs,

    /// Format of the result
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Report,

    /// What is told while it runs; json is one event a line on standard output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", conflicts_with = "format")]
    pub(super) log: Log,

    /// Tell nothing but errors
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// What is told while a pipeline runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Log {
    /// For people, on standard error
    #[default]
    Text,
    /// The run's events, one JSON object a line, on standard output
    Json,
}

impl HowArgs {
    /// Where progress is told.
    pub(crate) fn screen(&self) -> Screen {
        Screen::new(self.quiet || self.log == Log::Json)
    }
}
