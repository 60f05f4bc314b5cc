//! Which library is tried, and with which fixture.

use std::path::{Path, PathBuf};

use sqlflow_plugin_sdk::Manifest;

use crate::code;
use crate::failure::Failure;
use crate::screen::Screen;
use crate::verb::plugin::PluginTestArgs;
use crate::verb::plugin::connector_crate::ConnectorCrate;
use crate::workspace_args::here;

/// The name of a fixture that is not named.
const FIXTURE: &str = "conformance.toml";

/// What is tried.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) library: PathBuf,
    pub(super) fixture: PathBuf,
}

/// The library and the fixture that were named, or those of the connector in the current folder.
pub(super) fn find(args: &PluginTestArgs) -> Result<Found, Failure> {
    let library = match &args.plugin {
        Some(path) if Path::new(path).is_file() => PathBuf::from(path),
        Some(name) => named(name, args)?,
        None => of_the_crate()?,
    };
    let library = library.canonicalize().map_err(|error| lost(&library, &error))?;
    let fixture = args.fixture.clone().unwrap_or_else(|| FIXTURE.into());
    let fixture = fixture.canonicalize().map_err(|error| no_fixture(&fixture, &error))?;
    Ok(Found { library, fixture })
}

fn named(name: &str, args: &PluginTestArgs) -> Result<PathBuf, Failure> {
    let workspace = args.workspace.open(&Screen::new(true))?;
    let mut entries = workspace.plugins().entries().iter();
    let answers = |manifest: &Manifest| manifest.answers_to(name);
    let found = entries.find(|entry| entry.manifest.as_ref().is_ok_and(answers));
    found.map(|entry| entry.path.clone()).ok_or_else(|| {
        Failure::usage(
            code::NO_LIBRARY,
            format!("there is no library and no connector `{name}`"),
            "name the library's file, or see `sqlflow plugin list`",
        )
    })
}

/// The library of the crate in the current folder, built first.
fn of_the_crate() -> Result<PathBuf, Failure> {
    ConnectorCrate::at(&here()?)?.build()
}

fn lost(path: &Path, error: &std::io::Error) -> Failure {
    let message = format!("{} cannot be found: {error}", path.display());
    Failure::usage(code::NO_LIBRARY, message, "name the library's file")
}

fn no_fixture(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(
        code::NO_FIXTURE,
        format!("the fixture {} cannot be read: {error}", path.display()),
        "name a fixture with --fixture FILE; it says what the cases may open",
    )
}
