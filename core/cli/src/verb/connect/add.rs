//! `sqlflow connect add`.

use std::io::{self, Write};

use clap::Args;
use serde_json::json;
use sqlflow_plugin_sdk::Field;
use sqlflow_profile::{EditError, add_connection, replace_file};
use sqlflow_run::{DraftedConnection, Workspace};

use super::ask::ask;
use crate::code;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::Format;
use crate::render::clean::clean_line;
use crate::render::place::shown;
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;

/// The options of `sqlflow connect add`.
#[derive(Debug, Args)]
pub(crate) struct ConnectAddArgs {
    /// Name of the new connection
    name: String,

    /// Connector, by name or alias
    #[arg(long = "type", value_name = "CONNECTOR")]
    connector: String,

    /// Setting of the connector (repeatable); a secret is written as ${NAME}, never its value
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,

    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// Writes the connection into the profile in use, which keeps its comments and its form.
pub(super) fn add(args: &ConnectAddArgs) -> Outcome {
    let workspace = args.workspace.open(&Screen::new(args.format == Format::Json))?;
    let drafted = draft(args, &workspace)?;
    let profile = workspace.profile();
    let text = add_connection(&profile.text, &drafted.connection).map_err(refused)?;
    let file = format!("profiles/{}.yml", profile.name);
    let path = profile.path.clone().unwrap_or_else(|| workspace.project().resolve(&file));
    replace_file(&path, &text).map_err(|error| {
        let message = format!("{} cannot be written: {error}", path.display());
        Failure::usage(code::CANNOT_WRITE, message, "see that you may write there")
    })?;
    let text = match args.format {
        Format::Text => told(&drafted, &shown(&path), &workspace),
        Format::Json => {
            let secrets: Vec<&str> =
                drafted.secrets.iter().map(|(_, name)| name.as_str()).collect();
            let (name, connector) = (&args.name, &drafted.connection.connector_type);
            let document =
                json!({ "name": name, "type": connector, "file": shown(&path), "set": secrets });
            format!("{document:#}\n")
        }
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

fn draft(args: &ConnectAddArgs, workspace: &Workspace) -> Result<DraftedConnection, Failure> {
    let draft = |params: &[(String, String)]| {
        sqlflow_run::draft_connection(workspace, &args.name, &args.connector, params)
    };
    let drafted = draft(&args.params)?;
    if drafted.missing.is_empty() {
        return Ok(drafted);
    }
    match ask(&drafted.missing)? {
        Some(answers) => {
            let params = [args.params.as_slice(), &answers].concat();
            let drafted = draft(&params)?;
            if drafted.missing.is_empty() { Ok(drafted) } else { Err(lacks(&drafted.missing)) }
        }
        None => Err(lacks(&drafted.missing)),
    }
}

fn lacks(missing: &[Field]) -> Failure {
    let names: Vec<String> = missing.iter().map(|field| format!("`{}`", field.name())).collect();
    let options: Vec<String> = missing
        .iter()
        .map(|field| format!("--param {}=… ({})", field.name(), field.doc()))
        .collect();
    let message = format!("the connection needs {}; nothing was written", names.join(", "));
    Failure::usage(code::CONNECTION_PARAMS, message, format!("give {}", options.join(" ")))
}

fn refused(error: EditError) -> Failure {
    Failure::usage(error.code, error.message, error.help)
}

fn told(drafted: &DraftedConnection, file: &str, workspace: &Workspace) -> String {
    let (name, connector) = (&drafted.connection.name, &drafted.connection.connector_type);
    let mut text = format!("added {name} ({connector}) to {file}\n");
    for (param, variable) in &drafted.secrets {
        let is_set = workspace.environment().get(variable).is_some();
        let todo = match is_set {
            true => "which is set".to_owned(),
            false => workspace.environment().remedy(variable),
        };
        text.push_str(&format!("  {param} is taken from ${{{variable}}}: {}\n", clean_line(&todo)));
    }
    text + &format!("\nnext:\n  sqlflow connect test {name}\n")
}
