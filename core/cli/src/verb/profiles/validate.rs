//! `sqlflow profiles validate`.

use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};
use sqlflow_profile::Project;
use sqlflow_run::{Problem, Trouble};

use crate::code;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::Report;
use crate::render::quantity::count;
use crate::render::{findings, github, problems};
use crate::workspace_args::here;

/// The options of `sqlflow profiles validate`.
#[derive(Debug, Args)]
pub(crate) struct ProfilesValidateArgs {
    /// Profile [default: all]
    name: Option<String>,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Report,
}

/// Checks one profile, or all: each problem at its place. Secrets need not be set.
pub(super) fn validate(args: &ProfilesValidateArgs) -> Outcome {
    let project = Project::discover(&here()?);
    let environment = sqlflow_run::environment(&project)?;
    let names = match &args.name {
        Some(name) => vec![name.clone()],
        None => project.profiles(),
    };
    if names.is_empty() {
        let remedy = "write profiles/dev.yml; without one the project runs with the defaults";
        return Err(Failure::usage(code::NO_PROFILES, "there are no profiles", remedy));
    }
    let (mut verdicts, mut found) = (Vec::new(), Vec::new());
    for name in names {
        let (valid, problems) = match sqlflow_run::profile(&project, &name, &environment) {
            Ok((_, notes)) => (true, notes),
            Err(Trouble::Problems(problems)) => (false, problems),
            Err(trouble) => return Err(trouble.into()),
        };
        verdicts.push((name, valid));
        found.extend(problems);
    }
    print(args.format, &verdicts, &found)?;
    let all = verdicts.iter().all(|(_, valid)| *valid);
    Ok(if all { exit::OK } else { exit::USAGE })
}

fn print(format: Report, verdicts: &[(String, bool)], found: &[Problem]) -> io::Result<()> {
    let valid = verdicts.iter().filter(|(_, valid)| *valid).count();
    match format {
        Report::Text => {
            if !found.is_empty() {
                anstream::stderr().write_all(problems::text(found).as_bytes())?;
            }
            let (valid, all) = (count(valid as u64), count(verdicts.len() as u64));
            let word = if verdicts.len() == 1 { "profile" } else { "profiles" };
            writeln!(io::stdout(), "{valid}/{all} {word} valid")
        }
        Report::Json => writeln!(io::stdout(), "{:#}", document(verdicts, found)),
        Report::Github => io::stdout().write_all(github::problems(found).as_bytes()),
    }
}

fn document(verdicts: &[(String, bool)], found: &[Problem]) -> Value {
    let all = verdicts.iter().all(|(_, valid)| *valid);
    let profile = |(name, valid): &(String, bool)| json!({ "name": name, "valid": valid });
    json!({
        "status": if all { "ok" } else { "failed" },
        "exit_code": if all { exit::OK } else { exit::USAGE },
        "profiles": verdicts.iter().map(profile).collect::<Vec<_>>(),
        "findings": findings::json(found),
    })
}
