//! `sqlflow status`.

mod last_runs;

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};
use sqlflow_run::{Glance, GlanceTable, RunLine, Workspace};

use crate::exit;
use crate::failure::Outcome;
use crate::format::{Format, Report};
use crate::render::clean::clean_line;
use crate::render::place::shown;
use crate::render::quantity::{bytes, counted};
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;

/// The most tables that are listed for people; the rest is counted.
const MOST_TABLES: usize = 20;

/// The options of `sqlflow status`.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

impl StatusArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        self.format.into()
    }
}

/// Shows the project at a glance; nothing is connected and nothing changed.
pub(crate) fn status(args: &StatusArgs) -> Outcome {
    let workspace = Arc::new(args.workspace.open(&Screen::new(args.format == Format::Json))?);
    let runs = last_runs::last_runs(&workspace);
    let glance = sqlflow_run::glance(&workspace);
    let said_by = said_by(args, &workspace);
    let text = match args.format {
        Format::Text => text(&workspace, &glance, &runs, said_by),
        Format::Json => format!("{:#}\n", json(&workspace, &glance, &runs, said_by)),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

/// Who chose the profile.
fn said_by(args: &StatusArgs, workspace: &Workspace) -> &'static str {
    if args.workspace.names_profile() {
        "--profile"
    } else if workspace.is_profile_of_environment() {
        "SQLFLOW_PROFILE"
    } else if workspace.profile().path.is_some() {
        "the default"
    } else {
        "there is no profiles/: the defaults"
    }
}

/// The runs to tell of, or why they cannot be read.
type Runs = Result<Vec<RunLine>, String>;

fn text(workspace: &Workspace, glance: &Glance, runs: &Runs, said_by: &str) -> String {
    let (project, profile) = (workspace.project(), workspace.profile());
    let plugins = workspace.plugins().entries();
    let usable = plugins.iter().filter(|entry| entry.manifest.is_ok()).count();
    let mut lines = vec![
        line("project", &clean_line(&project.root().display().to_string())),
        line("profile", &format!("{}  ({said_by})", clean_line(&profile.name))),
        line("profiles", &listed(&project.profiles())),
        line("pipelines", &listed(&project.pipelines())),
        line("database", &database(glance)),
    ];
    lines.extend(tables(glance));
    let words = std::iter::once("runs").chain(std::iter::repeat(""));
    lines.extend(words.zip(last_runs::texts(runs)).map(|(word, text)| line(word, &text)));
    lines.push(line("plugins", &counted(usable as u64, "plugin")));
    lines.extend(hints(workspace, glance).iter().map(|hint| line("hint", hint)));
    lines.concat()
}

fn line(word: &str, what: &str) -> String {
    format!("{word:<10} {what}\n")
}

/// Such as `2  (daily, weekly)`.
fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| clean_line(name)).collect();
    match names.is_empty() {
        true => "0".to_owned(),
        false => format!("{}  ({})", names.len(), names.join(", ")),
    }
}

fn database(glance: &Glance) -> String {
    match glance {
        Glance::Memory => "in memory: tables are gone when a run ends".to_owned(),
        Glance::Missing(path) => format!("{}  (not made yet)", shown(path)),
        Glance::Held { path, holder } => {
            format!("{}  (held by {})", shown(path), clean_line(holder))
        }
        Glance::Unusable(path, error) => {
            format!("{}  (cannot be opened: {})", shown(path), clean_line(&error.message))
        }
        Glance::Open { path, bytes: size, .. } => format!("{}  {}", shown(path), bytes(*size)),
    }
}

fn tables(glance: &Glance) -> Vec<String> {
    let Glance::Open { tables, .. } = glance else { return Vec::new() };
    let told = |table: &GlanceTable| {
        let rows = table.rows.map_or_else(|| "view".to_owned(), |rows| counted(rows, "row"));
        format!("{:10}   {}  {rows}\n", "", clean_line(&table.name))
    };
    let mut lines: Vec<String> = tables.iter().take(MOST_TABLES).map(told).collect();
    if let Some(more) = tables.len().checked_sub(MOST_TABLES).filter(|more| *more > 0) {
        lines.push(format!("{:10}   … and {more} more\n", ""));
    }
    lines
}

/// What to do next.
fn hints(workspace: &Workspace, glance: &Glance) -> Vec<String> {
    let pipelines = workspace.project().pipelines();
    let hint = match (pipelines.first(), glance) {
        (None, _) => {
            "write a pipeline into pipelines/, or begin with `sqlflow init NAME`".to_owned()
        }
        (Some(_), Glance::Held { .. }) => "wait until the holder ends before you run".to_owned(),
        (Some(name), Glance::Missing(_) | Glance::Memory) => format!("`sqlflow run {name}`"),
        (Some(_), Glance::Open { .. }) => {
            "`sqlflow query \"SELECT …\"` looks into the tables".to_owned()
        }
        (Some(_), Glance::Unusable(..)) => "name another file under `engine.path`".to_owned(),
    };
    vec![clean_line(&hint)]
}

fn json(workspace: &Workspace, glance: &Glance, runs: &Runs, said_by: &str) -> Value {
    let (project, profile) = (workspace.project(), workspace.profile());
    let plugins = workspace.plugins().entries().iter();
    let plugins: Vec<&str> =
        plugins.filter_map(|entry| Some(entry.manifest.as_ref().ok()?.name.as_str())).collect();
    json!({
        "project": project.root(),
        "profile": { "name": profile.name, "said_by": said_by },
        "profiles": project.profiles(),
        "pipelines": project.pipelines(),
        "database": database_json(glance),
        "runs": last_runs::json(runs),
        "plugins": plugins,
        "hints": hints(workspace, glance),
    })
}

fn database_json(glance: &Glance) -> Value {
    let at = |state: &str, path: &Path| json!({ "state": state, "path": path });
    match glance {
        Glance::Memory => json!({ "state": "memory" }),
        Glance::Missing(path) => at("missing", path),
        Glance::Held { path, holder } => {
            json!({ "state": "held", "path": path, "held_by": holder })
        }
        Glance::Unusable(path, error) => {
            json!({ "state": "unusable", "path": path, "error": error })
        }
        Glance::Open { path, bytes, tables } => {
            let table = |table: &GlanceTable| json!({ "name": table.name, "rows": table.rows });
            let tables: Vec<Value> = tables.iter().map(table).collect();
            json!({ "state": "open", "path": path, "bytes": bytes, "tables": tables })
        }
    }
}
