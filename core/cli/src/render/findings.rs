//! Problems as JSON.

use serde_json::{Value, json};
use sqlflow_run::Problem;
use sqlflow_syntax::{Severity, line_column};

use crate::pages;
use crate::render::place::exact;
use crate::render::problems::in_order;

/// The problems in the order of file and place; lines and columns count from 1, columns in
/// characters, `end` is the place after the last character, and `page` is a file of SQLFlow's
/// documentation.
pub(crate) fn json(problems: &[Problem]) -> Value {
    in_order(problems).into_iter().map(finding).collect()
}

fn finding(problem: &Problem) -> Value {
    let diagnostic = &problem.diagnostic;
    let at = |offset| line_column(&problem.text, offset);
    let ((line, column), (end_line, end_column)) =
        (at(diagnostic.span.start), at(diagnostic.span.end));
    json!({
        "code": diagnostic.code,
        "severity": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": diagnostic.message,
        "file": exact(&problem.path),
        "line": line,
        "column": column,
        "end": { "line": end_line, "column": end_column },
        "label": diagnostic.label,
        "help": diagnostic.help,
        "page": pages::place(diagnostic.code),
    })
}
