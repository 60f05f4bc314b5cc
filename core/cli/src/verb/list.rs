//! `sqlflow list`.

use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};
use sqlflow_profile::Project;

use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::render::clean::clean_line;
use crate::workspace_args::here;

/// The options of `sqlflow list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
}

/// Prints the names and paths of the project's pipelines. The profile need not be in order.
pub(crate) fn list(args: &ListArgs) -> Outcome {
    let project = Project::discover(&here()?);
    let names = project.pipelines();
    let text = match args.format {
        Format::Text => names.iter().map(|name| format!("{}\n", clean_line(name))).collect(),
        Format::Json => format!("{:#}\n", names.iter().map(|name| entry(name)).collect::<Value>()),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

fn entry(name: &str) -> Value {
    json!({ "name": name, "path": format!("pipelines/{name}.sf") })
}
