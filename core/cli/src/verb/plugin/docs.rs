//! `sqlflow plugin docs`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde_json::json;
use sqlflow_host::Plugins;
use sqlflow_plugin_sdk::{ConfigSpec, Manifest};

use super::connector_crate::{ConnectorCrate, by_hand};
use super::reference::reference;
use crate::code;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::render::place::shown;
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;

/// The lines of a README between which the reference stands.
const BEGIN: &str = "<!-- begin: sqlflow plugin docs -->\n";
const END: &str = "<!-- end: sqlflow plugin docs -->";

/// The options of `sqlflow plugin docs`.
#[derive(Debug, Args)]
pub(crate) struct PluginDocsArgs {
    /// Folder of the connector's crate, a plugin's library, or a connector's name
    #[arg(default_value = ".")]
    plugin: String,

    /// The JSON Schema of the settings
    #[arg(long, conflicts_with = "write")]
    schema: bool,

    /// Put the reference into this file, between its two marker lines
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,

    #[command(flatten)]
    workspace: WorkspaceArgs,
}

/// Prints the reference of a connector, made from its spec. The plugin is loaded.
pub(super) fn docs(args: &PluginDocsArgs) -> Outcome {
    let (plugins, manifest) = find(args)?;
    let (source, destination) = plugins.specs(&manifest.name)?;
    let text = match args.schema {
        true => schema(source.as_ref(), destination.as_ref()),
        false => reference(&manifest, source.as_ref(), destination.as_ref()),
    };
    match &args.write {
        Some(path) => replace(path, &text)?,
        None => io::stdout().write_all(text.as_bytes())?,
    }
    Ok(exit::OK)
}

/// A crate is built first.
fn find(args: &PluginDocsArgs) -> Result<(Arc<Plugins>, Manifest), Failure> {
    let (path, screen) = (Path::new(&args.plugin), Screen::new(false));
    if path.is_file() {
        return by_hand(path, &screen);
    }
    if args.plugin == "." || path.join("connector.toml").is_file() {
        return by_hand(&ConnectorCrate::at(path)?.build()?, &screen);
    }
    let workspace = args.workspace.open(&screen)?;
    let manifest = workspace.plugins().manifest(&args.plugin)?.clone();
    Ok((Arc::clone(workspace.plugins()), manifest))
}

fn schema(source: Option<&ConfigSpec>, destination: Option<&ConfigSpec>) -> String {
    let schemas = json!({
        "source": source.map(ConfigSpec::to_json_schema),
        "destination": destination.map(ConfigSpec::to_json_schema),
    });
    format!("{schemas:#}\n")
}

/// Puts the reference between the markers of a file.
fn replace(path: &Path, reference: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        let message = format!("{} cannot be changed: {error}", path.display());
        Failure::usage(code::CANNOT_WRITE, message, "name a file that you may write")
    };
    let text = fs::read_to_string(path).map_err(failed)?;
    let before = text.find(BEGIN).map(|at| at + BEGIN.len());
    let parts = before.and_then(|before| Some((before, before + text[before..].find(END)?)));
    let Some((before, after)) = parts else {
        let message = format!("{} has no place for the reference", shown(path));
        let remedy = format!("write the lines `{}` and `{END}` where it belongs", BEGIN.trim_end());
        return Err(Failure::usage(code::CANNOT_TRY, message, remedy));
    };
    let changed = [&text[..before], reference, &text[after..]].concat();
    if changed != text {
        fs::write(path, changed).map_err(failed)?;
    }
    Ok(())
}
