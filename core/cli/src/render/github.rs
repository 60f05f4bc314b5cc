//! Problems as annotations of a GitHub workflow.

use sqlflow_run::Problem;
use sqlflow_state::StepError;
use sqlflow_syntax::{Severity, line_column};

use crate::render::place::shown;
use crate::render::problems::in_order;

/// One `::error …::message` line a problem, in the order of file and place.
pub(crate) fn problems(problems: &[Problem]) -> String {
    in_order(problems).into_iter().map(problem).collect()
}

/// One line for an error that is no place in a text.
pub(crate) fn error(error: &StepError) -> String {
    let place = error.place.as_ref();
    let place =
        place.map(|at| format!("file={},line={},col={},", property(&at.file), at.line, at.column));
    annotation(
        "error",
        &place.unwrap_or_default(),
        &error.code,
        told(&error.message, &error.remedy),
    )
}

fn problem(problem: &Problem) -> String {
    let diagnostic = &problem.diagnostic;
    let at = |offset| line_column(&problem.text, offset);
    let ((line, column), (end_line, end_column)) =
        (at(diagnostic.span.start), at(diagnostic.span.end));
    let file = property(&shown(&problem.path));
    let end = if end_line == line { format!(",endColumn={end_column}") } else { String::new() };
    let place = format!("file={file},line={line},endLine={end_line},col={column}{end},");
    let word = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    annotation(word, &place, diagnostic.code, told(&diagnostic.message, &diagnostic.help))
}

fn annotation(word: &str, place: &str, code: &str, message: String) -> String {
    format!("::{word} {place}title={}::{}\n", property(code), data(&message))
}

fn told(message: &str, help: &Option<String>) -> String {
    match help {
        Some(help) => format!("{message}\nhelp: {help}"),
        None => message.to_owned(),
    }
}

/// Escapes as GitHub's own toolkit does in `escapeData`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes as GitHub's own toolkit does in `escapeProperty`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_message_or_a_property_is_escaped() {
        assert_eq!(data("100 %\r\nnext: a,b"), "100 %25%0D%0Anext: a,b");
        assert_eq!(property("a:b,c%d\n"), "a%3Ab%2Cc%25d%0A");
    }

    #[test]
    fn an_error_without_a_place_is_annotated_without_one() {
        let failed = StepError {
            code: "SF0312".into(),
            message: "m".into(),
            remedy: Some("do this".into()),
            ..StepError::default()
        };
        assert_eq!(error(&failed), "::error title=SF0312::m%0Ahelp: do this\n");
    }
}
