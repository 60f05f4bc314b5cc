//! Panics on rare inputs, which tell whether the fuzzer works: none of the seeds has one, and each
//! asks for three things at once.

use sqlflow_profile::{Profile, Value};
use sqlflow_syntax::{Pipeline, StatementKind};

/// A TEST, an INCLUDE and a SET in one pipeline.
pub(crate) fn in_parser(pipeline: &Pipeline) {
    let has = |wanted: fn(&StatementKind) -> bool| {
        pipeline.statements.iter().any(|statement| wanted(&statement.kind))
    };
    let has_all = has(|kind| matches!(kind, StatementKind::Test(_)))
        && has(|kind| matches!(kind, StatementKind::Include(_)))
        && has(|kind| matches!(kind, StatementKind::Set(_)));
    assert!(!has_all, "planted");
}

/// A connection, and variables that are null and true or false.
pub(crate) fn in_profile(profile: &Profile) {
    let has = |wanted: fn(&Value) -> bool| profile.variables.values().any(wanted);
    let has_all = !profile.connections.is_empty()
        && has(|value| *value == Value::Null)
        && has(|value| matches!(value, Value::Boolean(_)));
    assert!(!has_all, "planted");
}

/// A value with a quote, a backslash and a line end, in a query with a dollar quote.
pub(crate) fn in_substitution(before: &str, value: &str) {
    let rare = before.contains("$q$") && before.contains("E'");
    if rare && value.contains('\'') && value.contains('\\') && value.contains('\n') {
        panic!("planted");
    }
}
