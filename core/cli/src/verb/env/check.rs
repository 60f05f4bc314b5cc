//! `sqlflow env check`.

use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};
use sqlflow_run::{EnvironmentName, Problem};

use super::Surroundings;
use crate::exit;
use crate::failure::Outcome;
use crate::format::Report;
use crate::render::quantity::counted;
use crate::render::{findings, github, problems};

/// The options of `sqlflow env check`.
#[derive(Debug, Args)]
pub(crate) struct EnvCheckArgs {
    /// Look at this profile alone [default: all]
    #[arg(short, long, value_name = "NAME")]
    profile: Option<String>,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Report,
}

/// Tells every name that has no default and is not set, at the place that needs it.
pub(super) fn check(args: &EnvCheckArgs) -> Outcome {
    let surroundings = Surroundings::look()?;
    let names = surroundings.names(args.profile.as_deref())?;
    let environment = &surroundings.environment;
    let found: Vec<Problem> = names.iter().filter_map(|name| name.problem(environment)).collect();
    let is_set = |name: &&EnvironmentName| environment.get(&name.name).is_some();
    let set = names.iter().filter(is_set).count();
    match args.format {
        Report::Text if found.is_empty() => {
            let names = counted(names.len() as u64, "name");
            writeln!(io::stdout(), "ok  {names} referred to, {set} set")?;
        }
        Report::Text => anstream::stderr().write_all(problems::text(&found).as_bytes())?,
        Report::Json => writeln!(io::stdout(), "{:#}", document(&names, &found, set))?,
        Report::Github => io::stdout().write_all(github::problems(&found).as_bytes())?,
    }
    Ok(if found.is_empty() { exit::OK } else { exit::USAGE })
}

fn document(names: &[EnvironmentName], found: &[Problem], set: usize) -> Value {
    json!({
        "status": if found.is_empty() { "ok" } else { "failed" },
        "exit_code": if found.is_empty() { exit::OK } else { exit::USAGE },
        "names": names.len(),
        "set": set,
        "findings": findings::json(found),
    })
}
