//! Which pipeline, where none was named.

use std::io::{self, BufRead, IsTerminal, Write, stderr, stdin};

use sqlflow_profile::Project;

use crate::code;
use crate::failure::Failure;

/// The pipeline's name: as given, else chosen from a list on a terminal.
///
/// Fails where there is nothing to choose or nobody to ask; the names are in the remedy.
pub(crate) fn pipeline(given: Option<&str>, project: &Project) -> Result<String, Failure> {
    if let Some(name) = given {
        return Ok(name.to_owned());
    }
    let names = project.pipelines();
    if names.is_empty() {
        return Err(nothing(project));
    }
    let asked = stdin().is_terminal() && stderr().is_terminal();
    let chosen = if asked { ask(&names, stdin().lock(), &mut stderr())? } else { None };
    chosen.ok_or_else(|| {
        let remedy = format!("name one of: {}", names.join(", "));
        Failure::usage(code::PIPELINE_NOT_NAMED, "no pipeline was named", remedy)
    })
}

/// Why there is no pipeline to take.
pub(crate) fn nothing(project: &Project) -> Failure {
    let folder = project.root().join("pipelines");
    let message = format!("{} has no .sf file", folder.display());
    let remedy = "write one there, or make a project with `sqlflow init NAME`";
    Failure::usage(code::PIPELINE_NOT_NAMED, message, remedy)
}

/// Lists the names with numbers and reads a number or a name; none where the answer is neither.
fn ask(
    names: &[String],
    mut answers: impl BufRead,
    questions: &mut impl Write,
) -> io::Result<Option<String>> {
    for (at, name) in names.iter().enumerate() {
        writeln!(questions, "  {}  {name}", at + 1)?;
    }
    write!(questions, "Which pipeline? [1-{}] ", names.len())?;
    questions.flush()?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    let answer = answer.trim();
    let number = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let by_number = number.and_then(|at| names.get(at));
    Ok(by_number.or_else(|| names.iter().find(|name| *name == answer)).cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_a_name_chooses_and_nothing_else_does() {
        let names = ["daily".to_owned(), "weekly".to_owned()];
        let check = |answer: &str, expect: Option<&str>| {
            let mut questions = Vec::new();
            let chosen = ask(&names, answer.as_bytes(), &mut questions).unwrap();
            assert_eq!(chosen.as_deref(), expect, "{answer:?}");
            let questions = String::from_utf8(questions).unwrap();
            assert_eq!(questions, "  1  daily\n  2  weekly\nWhich pipeline? [1-2] ");
        };
        check("2\n", Some("weekly"));
        check(" daily \n", Some("daily"));
        check("0\n", None);
        check("3\n", None);
        check("", None);
    }
}
