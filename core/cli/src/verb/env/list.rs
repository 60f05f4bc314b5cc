//! `sqlflow env list`.

use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};
use sqlflow_profile::Environment;
use sqlflow_run::EnvironmentName;

use super::Surroundings;
use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::render::table::Table;

/// The options of `sqlflow env list`.
#[derive(Debug, Args)]
pub(crate) struct EnvListArgs {
    /// Only names that begin with this
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,

    /// Show values instead of ***
    #[arg(long)]
    show_values: bool,

    /// Look at this profile alone [default: all]
    #[arg(short, long, value_name = "NAME")]
    profile: Option<String>,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

/// Prints the names that the project refers to, with where each is set and needed.
pub(super) fn list(args: &EnvListArgs) -> Outcome {
    let surroundings = Surroundings::look()?;
    let mut names = surroundings.names(args.profile.as_deref())?;
    names.retain(|name| args.prefix.as_ref().is_none_or(|prefix| name.name.starts_with(prefix)));
    let rows: Vec<Row> =
        names.iter().map(|name| Row::of(name, &surroundings.environment, args)).collect();
    let text = match args.format {
        Format::Text => text(&rows),
        Format::Json => format!("{:#}\n", rows.iter().map(Row::json).collect::<Value>()),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

struct Row {
    name: String,
    /// Where it is set: the environment, or `.env`.
    set_in: Option<String>,
    /// The value, where it is shown.
    value: Option<String>,
    is_required: bool,
    places: Vec<String>,
}

impl Row {
    fn of(name: &EnvironmentName, environment: &Environment, args: &EnvListArgs) -> Self {
        let found = environment.get(&name.name);
        Self {
            name: name.name.clone(),
            set_in: found.map(|(_, origin)| origin.to_string()),
            value: found.filter(|_| args.show_values).map(|(value, _)| value.to_owned()),
            is_required: name.places.iter().any(|place| place.default.is_none()),
            places: name.places.iter().map(ToString::to_string).collect(),
        }
    }

    fn cells(&self) -> [String; 4] {
        let set = match (&self.set_in, self.is_required) {
            (Some(place), _) => format!("✓ {place}"),
            (None, true) => "✗ not set".to_owned(),
            (None, false) => "– not set, has a default".to_owned(),
        };
        let hidden = || self.set_in.as_ref().map(|_| "***".to_owned());
        let value = self.value.clone().or_else(hidden).unwrap_or_default();
        [self.name.clone(), set, value, self.places.join(", ")]
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "set": self.set_in.is_some(),
            "set_in": self.set_in,
            "value": self.value,
            "required": self.is_required,
            "places": self.places,
        })
    }
}

fn text(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "no name of the environment is referred to\n".to_owned();
    }
    let mut table = Table::new(["name", "set in", "value", "needed at"]);
    rows.iter().for_each(|row| table.row(row.cells()));
    table.draw()
}
