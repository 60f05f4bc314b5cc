//! `sqlflow connect list`.

use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};
use sqlflow_plugin_sdk::{ConnectorKind, Manifest};
use sqlflow_profile::Connection;
use sqlflow_run::Workspace;
use sqlflow_syntax::line_column;

use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::render::clean::clean;
use crate::render::place::shown;
use crate::render::table::Table;
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;

/// The options of `sqlflow connect list`.
#[derive(Debug, Args)]
pub(crate) struct ConnectListArgs {
    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

/// Prints the connections of the profile. Nothing is loaded or reached.
pub(super) fn list(args: &ConnectListArgs) -> Outcome {
    let workspace = args.workspace.open(&Screen::new(args.format == Format::Json))?;
    let connections = workspace.profile().connections.values();
    let rows: Vec<Row> = connections.map(|connection| Row::of(connection, &workspace)).collect();
    let text = match args.format {
        Format::Text => text(&rows, &workspace),
        Format::Json => format!("{:#}\n", rows.iter().map(Row::json).collect::<Value>()),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

struct Row {
    name: String,
    connector: String,
    place: String,
    /// What the plugin declares, or why it cannot be used, with the remedy.
    plugin: Result<Manifest, (String, Option<String>)>,
}

impl Row {
    fn of(connection: &Connection, workspace: &Workspace) -> Self {
        let (profile, word) = (workspace.profile(), &connection.connector_type.value);
        let (line, column) = line_column(&profile.text, connection.name.span.start);
        let file = profile.path.as_deref().map(shown).unwrap_or_default();
        Self {
            name: connection.name.value.clone(),
            connector: word.clone(),
            place: format!("{file}:{line}:{column}"),
            plugin: plugin(workspace, word),
        }
    }

    fn cells(&self) -> [String; 5] {
        let (mark, can) = match &self.plugin {
            Ok(manifest) => ("✓", capabilities(manifest).join(", ")),
            Err((reason, _)) => ("✗", reason.clone()),
        };
        let place = self.place.clone();
        [mark.to_owned(), self.name.clone(), self.connector.clone(), can, place]
    }

    fn json(&self) -> Value {
        let (manifest, reason) = (self.plugin.as_ref().ok(), self.plugin.as_ref().err());
        json!({
            "name": self.name,
            "type": self.connector,
            "place": self.place,
            "usable": manifest.is_some(),
            "connector": manifest.map(|manifest| &manifest.name),
            "kinds": manifest.map(|manifest| &manifest.kinds),
            "capabilities": manifest.map(capabilities),
            "reason": reason.map(|(reason, _)| reason),
            "help": reason.and_then(|(_, help)| help.as_ref()),
        })
    }
}

/// The manifest of the plugin that would be loaded, where it may be.
fn plugin(workspace: &Workspace, word: &str) -> Result<Manifest, (String, Option<String>)> {
    let plugins = workspace.plugins();
    let told = |error: sqlflow_plugin_sdk::Error| {
        (error.message().to_owned(), error.remedy().map(ToOwned::to_owned))
    };
    let manifest = plugins.manifest(word).map_err(told)?;
    let entries = plugins.entries().iter();
    let mut offering = entries
        .filter(|entry| entry.manifest.as_ref().is_ok_and(|manifest| manifest.answers_to(word)));
    match offering.clone().any(|entry| entry.check_trust().is_ok()) {
        true => Ok(manifest.clone()),
        false => {
            let refused = offering.find_map(|entry| entry.check_trust().err());
            Err(refused.map_or_else(|| ("it cannot be loaded".to_owned(), None), told))
        }
    }
}

fn capabilities(manifest: &Manifest) -> Vec<String> {
    let mut all = Vec::new();
    if manifest.plays(ConnectorKind::Source) {
        all.push("source".to_owned());
        let can = &manifest.source;
        let flags = [
            (can.projection, "projection"),
            (can.filters, "filters"),
            (can.partitions, "partitions"),
            (can.incremental, "incremental"),
            (can.checkpoints, "checkpoints"),
        ];
        all.extend(flags.iter().filter(|(on, _)| *on).map(|(_, name)| (*name).to_owned()));
    }
    if manifest.plays(ConnectorKind::Destination) {
        all.push("destination".to_owned());
        all.extend(manifest.destination.modes.iter().map(|mode| mode.name().to_owned()));
    }
    all
}

fn text(rows: &[Row], workspace: &Workspace) -> String {
    if rows.is_empty() {
        let name = &workspace.profile().name;
        return format!(
            "the profile `{name}` has no connections; `sqlflow connect add NAME --type CONNECTOR` \
             writes one\n"
        );
    }
    let mut table = Table::new(["", "connection", "connector", "can", "defined at"]);
    rows.iter().for_each(|row| table.row(row.cells()));
    let help = |row: &Row| {
        let (reason, help) = row.plugin.as_ref().err()?;
        let help = help.as_ref().map(|help| format!("\n  help: {help}")).unwrap_or_default();
        Some(format!("✗ {}: {reason}{help}\n", row.name))
    };
    table.draw() + &clean(&rows.iter().filter_map(help).collect::<String>())
}
