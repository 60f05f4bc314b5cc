//! `sqlflow profiles show`.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use sqlflow_plugin_sdk::ConfigSpec;
use sqlflow_profile::{Connection, Setting, Shown};
use sqlflow_run::Workspace;

use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::render::clean::clean_line;
use crate::render::place::shown;
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;

/// What stands for a value that must not be shown.
const HIDDEN: &str = "***";

/// The options of `sqlflow profiles show`.
#[derive(Debug, Args)]
pub(crate) struct ProfilesShowArgs {
    /// Profile [default: the one in use]
    name: Option<String>,

    /// This section alone
    #[arg(long, value_enum, value_name = "SECTION")]
    section: Option<Section>,

    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

/// A section of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// The database and DuckDB's limits
    #[value(alias = "engines")]
    Engine,
    /// Values for `${name}`
    Variables,
    /// Connectors with their settings
    #[value(alias = "connectors")]
    Connections,
}

/// Prints what a profile says, as a run would see it.
pub(super) fn show(args: &ProfilesShowArgs) -> Outcome {
    let screen = Screen::new(args.format == Format::Json);
    let workspace = args.workspace.open_with(args.name.as_deref(), &screen)?;
    let sections = Sections::of(&workspace, args.section);
    let text = match args.format {
        Format::Text => sections.text(&workspace),
        Format::Json => format!("{:#}\n", sections.json(&workspace)),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

/// The sections that were asked for.
struct Sections {
    engine: Option<Vec<Setting>>,
    variables: Option<Vec<Setting>>,
    connections: Option<Vec<(String, String, Vec<Setting>)>>,
}

impl Sections {
    fn of(workspace: &Workspace, only: Option<Section>) -> Self {
        let wanted = |section| only.is_none_or(|only| only == section);
        let (profile, variables) = (workspace.profile(), workspace.variables());
        let connection = |connection: &Connection| {
            let secret = declared_secret(workspace, &connection.connector_type.value);
            let secret = secret.as_ref().map(|tell| tell as &dyn Fn(&str) -> bool);
            let settings = profile.connection_settings(connection, &variables, secret);
            (connection.name.value.clone(), connection.connector_type.value.clone(), settings)
        };
        Self {
            engine: wanted(Section::Engine).then(|| profile.engine_settings(&variables)),
            variables: wanted(Section::Variables).then(|| profile.variable_settings(&variables)),
            connections: wanted(Section::Connections)
                .then(|| profile.connections.values().map(connection).collect()),
        }
    }

    fn text(&self, workspace: &Workspace) -> String {
        let profile = workspace.profile();
        let file = profile.path.as_deref().map_or("defaults, no file".to_owned(), shown);
        let mut text = format!("{}  ({file})\n", clean_line(&profile.name));
        for (name, settings) in [("engine", &self.engine), ("variables", &self.variables)] {
            if let Some(settings) = settings {
                text.push_str(&format!("\n{name}\n{}", lines(settings, "  ")));
            }
        }
        if let Some(connections) = &self.connections {
            text.push_str("\nconnections\n");
            for (name, connector, settings) in connections {
                let name = clean_line(&format!("{name} ({connector})"));
                text.push_str(&format!("  {name}\n{}", lines(settings, "    ")));
            }
            if connections.is_empty() {
                text.push_str("  none\n");
            }
        }
        text
    }

    fn json(&self, workspace: &Workspace) -> Value {
        let profile = workspace.profile();
        let mut document = Map::new();
        document.insert("name".into(), profile.name.clone().into());
        document.insert("file".into(), profile.path.as_deref().map(shown).into());
        let sections = [("engine", &self.engine), ("variables", &self.variables)];
        for (name, settings) in sections {
            if let Some(settings) = settings {
                document.insert(name.into(), settings.iter().map(json_of).collect());
            }
        }
        let connection = |(name, connector, settings): &(String, String, Vec<Setting>)| {
            let params: Value = settings.iter().map(json_of).collect();
            json!({ "name": name, "type": connector, "params": params })
        };
        if let Some(connections) = &self.connections {
            document.insert("connections".into(), connections.iter().map(connection).collect());
        }
        Value::Object(document)
    }
}

/// Tells which settings a connector declares as secret; `None` where it cannot be asked.
fn declared_secret(workspace: &Workspace, connector: &str) -> Option<impl Fn(&str) -> bool> {
    let (source, destination) = workspace.plugins().specs(connector).ok()?;
    Some(move |name: &str| {
        let in_spec = |spec: &Option<ConfigSpec>| {
            let field = spec.as_ref().and_then(|spec| spec.field(name));
            field.map(sqlflow_plugin_sdk::Field::is_secret)
        };
        // What no spec knows is a mistake, and may be a misspelt secret.
        let known = [in_spec(&source), in_spec(&destination)];
        known.iter().flatten().any(|is_secret| *is_secret) || known.iter().all(Option::is_none)
    })
}

fn lines(settings: &[Setting], indent: &str) -> String {
    if settings.is_empty() {
        return format!("{indent}none\n");
    }
    settings.iter().map(|setting| format!("{indent}{}\n", clean_line(&line(setting)))).collect()
}

fn line(setting: &Setting) -> String {
    let Setting { name, origin, .. } = setting;
    match &setting.value {
        Shown::Value(value) => format!("{name} = {value}  ({origin})"),
        Shown::Secret => format!("{name} = {HIDDEN}  ({origin})"),
        Shown::Unset(why) => format!("{name} has no value: {why}  ({origin})"),
    }
}

/// A secret and what has no value are null.
fn json_of(setting: &Setting) -> Value {
    let value = match &setting.value {
        Shown::Value(value) => Some(value),
        Shown::Secret | Shown::Unset(_) => None,
    };
    let unset = match &setting.value {
        Shown::Unset(why) => Some(why),
        _ => None,
    };
    json!({
        "name": setting.name,
        "value": value,
        "secret": setting.value == Shown::Secret,
        "unset": unset,
        "origin": setting.origin,
    })
}
