//! `sqlflow migrate profile`.

use std::path::PathBuf;

use clap::Args;
use sqlflow_profile::{Project, parse_yaml};
use sqlflow_syntax::suggest;

use crate::code;
use crate::failure::{Failure, Outcome};
use crate::render::place::shown;
use crate::workspace_args::here;

use super::change::Change;
use super::report::finish;
use super::{profile_text, shapes};

/// The most changes that are made to one profile.
const MOST: usize = 1_000;

/// The options of `sqlflow migrate profile`.
#[derive(Debug, Args)]
pub(super) struct OldProfileArgs {
    /// Profile: profiles/NAME.yml [default: all]
    name: Option<String>,

    /// Show the differences and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Writes the old shapes of profiles anew; what is not one of them stays as it stands.
pub(super) fn profile(args: &OldProfileArgs) -> Outcome {
    let project = Project::discover(&here()?);
    let names = match &args.name {
        Some(name) => vec![name.clone()],
        None => project.profiles(),
    };
    let (mut changes, mut notes) = (Vec::new(), Vec::new());
    for name in names {
        let mut change = Change::of(&path(&name, &project)?, &project)?;
        change.after = modern(&change.before, &name, &shown(&change.path), &mut notes)?;
        changes.push(change);
    }
    finish(&changes, &notes, args.dry_run)
}

fn path(name: &str, project: &Project) -> Result<PathBuf, Failure> {
    let names = project.profiles();
    let file = |end| project.root().join("profiles").join(format!("{name}.{end}"));
    let found = ["yml", "yaml"].map(file).into_iter().find(|path| path.is_file());
    found.filter(|_| names.iter().any(|known| known == name)).ok_or_else(|| {
        let remedy = match suggest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are: {}", names.join(", ")),
        };
        Failure::usage(code::CANNOT_READ, format!("there is no profile `{name}`"), remedy)
    })
}

/// The profile in today's shape, one change after the other.
fn modern(text: &str, name: &str, file: &str, notes: &mut Vec<String>) -> Result<String, Failure> {
    let mut text = text.to_owned();
    for _ in 0..MOST {
        let Some(root) = parse_yaml(&text).map_err(|_| profile_text::cannot_edit())? else { break };
        let Some(step) = shapes::next(&text, &root, name) else { break };
        notes.extend(step.note.map(|note| format!("{file}: {note}")));
        text = step.text;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str) {
        let found = modern(before, "dev", "dev.yml", &mut Vec::new()).unwrap();
        assert_eq!(found, after, "{before}");
        assert_eq!(modern(&found, "dev", "dev.yml", &mut Vec::new()).unwrap(), after, "again");
    }

    #[test]
    fn the_engine_of_sqlflow_becomes_todays_with_its_comments() {
        check(
            "# a profile\nengines: # one\n  duckdb: # two\n    # where\n    mode: persistent\n    \
             database_path: w/x.duckdb # here\n    memory_limit: 2GB\n\nvariables:\n  a: 1\n",
            "# a profile\nengine: # one\n  # two\n  type: duckdb\n  # where\n  path: w/x.duckdb # \
             here\n  memory_limit: 2GB\n\nvariables:\n  a: 1\n",
        );
        check(
            "engines:\n  duckdb:\n    mode: memory\n",
            "engine:\n  type: duckdb\n  path: \":memory:\"\n",
        );
        check(
            "engines: { duckdb: { mode: persistent, path: a.db, threads: 2 } }\n",
            "engine: { type: duckdb, path: a.db, threads: 2 }\n",
        );
        check(
            "engines: { duckdb: { path: a.db, mode: persistent } }\n",
            "engine: { type: duckdb, path: a.db }\n",
        );
        check(
            "engines: # one\n  # two\n  duckdb: { mode: memory } # three\n",
            "# one\n# two\nengine: { type: duckdb, path: \":memory:\" } # three\n",
        );
    }

    #[test]
    fn connectors_are_called_connections() {
        check(
            "connectors:\n  a: # x\n    type: csv\n    params: { path: \"b.csv\" }\n",
            "connections:\n  a: # x\n    type: csv\n    params: { path: \"b.csv\" }\n",
        );
    }

    #[test]
    fn a_profile_inside_its_own_name_comes_out() {
        check(
            "# top\ndev: # all of it\n    # the engine\n    engines:\n        duckdb:\n            mode: memory\n    variables:\n        a: b\n",
            "# top\n# all of it\n# the engine\nengine:\n    type: duckdb\n    path: \":memory:\"\nvariables:\n    a: b\n",
        );
    }

    #[test]
    fn keys_without_effect_go_and_comments_stay() {
        check(
            "# level\nlog_level: info\nvariables:\n  a: 1\n# where\npaths:\n  data: x\n  logs:\n    - y\nperformance: { a: 1 }\n",
            "# level\nvariables:\n  a: 1\n# where\n",
        );
    }

    #[test]
    fn a_profile_of_today_stays_as_it_is() {
        let text = "engine: { type: duckdb, path: a.db }\nconnections:\n  c:   {type: csv}\n";
        check(text, text);
        check("", "");
    }

    #[test]
    fn a_section_behind_an_alias_stays_as_it_is() {
        let text = "variables: { a: 1 }\nold: &e\n  duckdb:\n    mode: memory\nengines: *e\n";
        check(text, text);
    }
}
