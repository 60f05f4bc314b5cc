//! The options of every verb that works on a project.

use std::env;
use std::io;
use std::path::PathBuf;

use clap::Args;
use sqlflow_run::{Options, Workspace};

use crate::code;
use crate::failure::Failure;
use crate::notices;
use crate::screen::Screen;

/// Which profile, variables and plugins a verb works with.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorkspaceArgs {
    /// Profile: profiles/NAME.yml [default: $SQLFLOW_PROFILE, else dev]
    #[arg(short, long, value_name = "NAME")]
    profile: Option<String>,

    /// Variables, as name=value,name=value or as a JSON object
    #[arg(long, alias = "variables", value_name = "VALUES")]
    vars: Option<String>,

    /// Plugin library, or folder of them, that you trust (repeatable)
    #[arg(long = "plugin", value_name = "PATH")]
    plugins: Vec<PathBuf>,

    /// Refuse every plugin that the project's sqlflow.lock does not pin
    #[arg(long)]
    locked: bool,
}

impl WorkspaceArgs {
    /// Whether `--profile` was given.
    pub(crate) fn names_profile(&self) -> bool {
        self.profile.is_some()
    }

    /// Opens the project that the current folder lies in.
    pub(crate) fn open(&self, screen: &Screen) -> Result<Workspace, Failure> {
        self.open_with(None, screen)
    }

    /// As [`Self::open`], with this profile where one is named.
    pub(crate) fn open_with(
        &self,
        profile: Option<&str>,
        screen: &Screen,
    ) -> Result<Workspace, Failure> {
        let options = Options {
            start: here()?,
            profile: profile.map(ToOwned::to_owned).or_else(|| self.profile.clone()),
            vars: self.vars.clone(),
            plugins: self.plugins.clone(),
            locked: self.locked,
            executable: env::current_exe().map_err(|error| lost("the program", &error))?,
        };
        Ok(Workspace::open(options, notices::sink(screen))?)
    }
}

/// The folder that the command was called in.
pub(crate) fn here() -> Result<PathBuf, Failure> {
    env::current_dir().map_err(|error| lost("the current folder", &error))
}

fn lost(what: &str, error: &io::Error) -> Failure {
    let message = format!("the system does not say where {what} is: {error}");
    Failure::usage(code::NO_PLACE, message, "go to a folder that exists and run it again")
}
