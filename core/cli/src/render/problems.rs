//! All problems of a command, for people.

use std::collections::HashSet;

use sqlflow_run::Problem;
use sqlflow_syntax::Severity;

use crate::pages;
use crate::render::quantity::counted;
use crate::render::snippet;

/// The most problems that are drawn; the rest is counted.
const MOST: usize = 100;

/// Draws the problems, then says how to read more about the first.
pub(crate) fn text(problems: &[Problem]) -> String {
    drawn(problems) + &pages::hint(codes(problems))
}

/// Draws the problems in the order of file and place, with their number in the last line.
pub(crate) fn drawn(problems: &[Problem]) -> String {
    let problems = in_order(problems);
    let mut text: String = problems.iter().take(MOST).map(|problem| block(problem)).collect();
    if let Some(more) = problems.len().checked_sub(MOST).filter(|more| *more > 0) {
        text.push_str(&format!("… and {}\n\n", counted(more as u64, "more problem")));
    }
    text + &total(&problems) + "\n"
}

/// Sorts problems by file, then by place.
pub(crate) fn in_order(problems: &[Problem]) -> Vec<&Problem> {
    let mut sorted: Vec<&Problem> = problems.iter().collect();
    sorted.sort_by_key(|problem| (&problem.path, problem.diagnostic.span.start));
    sorted
}

/// The codes of errors, then those of warnings, each in the order of file and place.
pub(crate) fn codes(problems: &[Problem]) -> impl Iterator<Item = &str> {
    let mut sorted = in_order(problems);
    sorted.sort_by_key(|problem| problem.diagnostic.severity != Severity::Error);
    sorted.into_iter().map(|problem| problem.diagnostic.code)
}

/// How many problems are of this severity.
pub(crate) fn number(problems: &[&Problem], severity: Severity) -> u64 {
    problems.iter().filter(|problem| problem.diagnostic.severity == severity).count() as u64
}

fn block(problem: &Problem) -> String {
    let drawn = snippet::draw(problem);
    format!("{}\n\n", drawn.trim_matches('\n'))
}

/// Such as `2 errors, 1 warning in 1 file`.
fn total(problems: &[&Problem]) -> String {
    let parts = [(Severity::Error, "error"), (Severity::Warning, "warning")];
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(severity, word)| (number(problems, severity), word))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| counted(number, word))
        .collect();
    let files: HashSet<_> = problems.iter().map(|problem| &problem.path).collect();
    format!("{} in {}", parts.join(", "), counted(files.len() as u64, "file"))
}
