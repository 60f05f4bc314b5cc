//! Where a user's plugins lie and which project pins them; that takes no profile.

use sqlflow_host::InstallFolder;
use sqlflow_profile::{Environment, Project};

use crate::code;
use crate::failure::Failure;
use crate::workspace_args::here;

/// The project that the command was called in, where there is one.
pub(super) fn project() -> Result<Option<Project>, Failure> {
    Ok(Some(Project::discover(&here()?)).filter(Project::has_profiles))
}

/// The user's plugin folder.
pub(super) fn folder() -> Result<InstallFolder, Failure> {
    let start = Project::discover(&here()?);
    let environment = Environment::read(start.root()).map_err(|error| {
        Failure::usage(error.code, error.to_string(), "correct the line it names")
    })?;
    sqlflow_run::install_folder(&environment).ok_or_else(|| {
        let message = "the environment does not say where your plugin folder is";
        Failure::usage(code::NO_PLACE, message, "set HOME or XDG_DATA_HOME to an absolute path")
    })
}
