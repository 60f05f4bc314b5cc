//! `sqlflow profiles list`.

use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};
use sqlflow_profile::{Chosen, Database, Environment, Profile, Project};

use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::render::place::shown;
use crate::render::quantity::counted;
use crate::render::table::Table;
use crate::workspace_args::here;

/// The options of `sqlflow profiles list`.
#[derive(Debug, Args)]
pub(crate) struct ProfilesListArgs {
    /// Profile to take for the one in use [default: $SQLFLOW_PROFILE, else dev]
    #[arg(short, long, value_name = "NAME")]
    profile: Option<String>,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

/// Prints every profile; one that is wrong with the number of its problems.
pub(super) fn list(args: &ProfilesListArgs) -> Outcome {
    let project = Project::discover(&here()?);
    let environment = sqlflow_run::environment(&project)?;
    let chosen = Chosen::of(args.profile.as_deref(), &environment);
    let names = project.profiles();
    let rows: Vec<Row> =
        names.into_iter().map(|name| Row::of(name, &project, &environment, &chosen)).collect();
    let text = match args.format {
        Format::Text => text(&rows, &chosen),
        Format::Json => format!("{:#}\n", rows.iter().map(Row::json).collect::<Value>()),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

/// What is told of a profile.
struct Row {
    name: String,
    file: String,
    /// The engine's database and the number of connections, or the number of problems.
    read: Result<(String, usize), usize>,
    /// Why it is the one in use.
    used: Option<String>,
}

impl Row {
    fn of(name: String, project: &Project, environment: &Environment, chosen: &Chosen) -> Self {
        let file = project.profile_path(&name).map(|path| shown(&path)).unwrap_or_default();
        let read = match Profile::load(project, Some(&name), environment) {
            Ok(profile) => Ok((engine(&profile), profile.connections.len())),
            Err(error) => Err(error.diagnostics.len()),
        };
        let used = (chosen.name == name).then(|| chosen.by.to_string());
        Self { name, file, read, used }
    }

    fn cells(&self) -> [String; 5] {
        let (engine, connections) = match &self.read {
            Ok((engine, connections)) => (engine.clone(), connections.to_string()),
            Err(problems) => (counted(*problems as u64, "problem"), "–".to_owned()),
        };
        let used = self.used.as_ref().map(|why| format!("✓ {why}")).unwrap_or_default();
        [self.name.clone(), self.file.clone(), engine, connections, used]
    }

    fn json(&self) -> Value {
        let read = self.read.as_ref();
        json!({
            "name": self.name,
            "file": self.file,
            "valid": read.is_ok(),
            "problems": read.err(),
            "engine": read.ok().map(|(engine, _)| engine),
            "connections": read.ok().map(|(_, connections)| connections),
            "in_use": self.used.is_some(),
            "because": self.used,
        })
    }
}

fn engine(profile: &Profile) -> String {
    match &profile.engine.database {
        Database::Memory => "duckdb, in memory".to_owned(),
        Database::File(path) => format!("duckdb {}", shown(path)),
    }
}

fn text(rows: &[Row], chosen: &Chosen) -> String {
    if rows.is_empty() {
        return "no profiles: the project runs with the defaults; write profiles/dev.yml\n".into();
    }
    let mut table = Table::new(["profile", "file", "engine", "connections", "in use"]);
    rows.iter().for_each(|row| table.row(row.cells()));
    let mut text = table.draw();
    if rows.iter().all(|row| row.used.is_none()) {
        let (name, by) = (&chosen.name, chosen.by);
        text.push_str(&format!(
            "the profile in use would be `{name}` ({by}), which is not there\n"
        ));
    }
    if rows.iter().any(|row| row.read.is_err()) {
        text.push_str("`sqlflow profiles validate` shows the problems\n");
    }
    text
}
