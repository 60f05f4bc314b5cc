//! `sqlflow fmt`.

pub(crate) mod files;
mod summary;

use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use sqlflow_profile::Project;
use sqlflow_run::Problem;

use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::Report;
use crate::project_file::ProjectFile;
use crate::render::place;
use crate::workspace_args::here;

use summary::Summary;

/// The options of `sqlflow fmt`.
#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// Pipelines by NAME, .sf files, folders; `-` is standard input [default: all pipelines]
    #[arg(value_name = "PIPELINE")]
    names: Vec<String>,

    /// Write nothing; name the files that are not in the standard form, and exit with 1 if any
    #[arg(long, conflicts_with = "stdout")]
    check: bool,

    /// Print the standard form instead of writing it to the files
    #[arg(long)]
    stdout: bool,
}

impl FmtArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        Report::Text
    }
}

/// Writes pipelines in the standard form. Those that cannot be read as they stand are left alone,
/// and told.
pub(crate) fn fmt(args: &FmtArgs) -> Outcome {
    if args.names == ["-"] {
        return standard_input(args.check);
    }
    let project = Project::discover(&here()?);
    let mut problems = Vec::new();
    let mut summary = Summary::default();
    for path in files::named(&args.names, &project)? {
        let file = ProjectFile::open(&path, &project)?;
        match sqlflow_syntax::print(&file.text) {
            Err(found) => problems.extend(problems_in(&path, &file.text, found)),
            Ok(printed) if args.stdout => io::stdout().write_all(printed.as_bytes())?,
            Ok(printed) if printed == file.text => summary.kept += 1,
            Ok(printed) => {
                if !args.check {
                    file.replace(&printed)?;
                }
                summary.changed.push(place::shown(&path));
            }
        }
    }
    summary.refused = !problems.is_empty();
    if !args.stdout {
        io::stdout().write_all(summary.text(args.check).as_bytes())?;
    }
    finish(problems, args.check && !summary.changed.is_empty())
}

/// Formats what comes in, as an editor asks for it.
fn standard_input(check: bool) -> Outcome {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    match sqlflow_syntax::print(&text) {
        Ok(printed) if check => finish(Vec::new(), printed != text),
        Ok(printed) => {
            io::stdout().write_all(printed.as_bytes())?;
            Ok(exit::OK)
        }
        Err(found) => finish(problems_in(Path::new("standard input"), &text, found), false),
    }
}

fn finish(problems: Vec<Problem>, would_change: bool) -> Outcome {
    match (problems.is_empty(), would_change) {
        (false, _) => Err(Failure::Problems(problems, exit::SYNTAX)),
        (true, true) => Ok(exit::USAGE),
        (true, false) => Ok(exit::OK),
    }
}

fn problems_in(path: &Path, text: &str, found: Vec<sqlflow_syntax::Diagnostic>) -> Vec<Problem> {
    let (path, text): (_, Arc<str>) = (path.to_owned(), text.into());
    let problem = |diagnostic| Problem {
        path: path.clone(),
        text: Arc::clone(&text),
        diagnostic,
        class: None,
    };
    found.into_iter().map(problem).collect()
}
