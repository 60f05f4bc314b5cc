//! Panics on rare inputs, which tell whether the fuzzer works: none of the seeds has one, and each
//! asks for three things at once.

use sqlflow_profile::{Profile, Value};
use sqlflow_syntax::{Pipeline, Statement, StatementKind};

/// TEST, INCLUDE and SET one after the other.
pub(crate) fn in_parser(pipeline: &Pipeline) {
    let kinds = |three: &[Statement]| match three {
        [first, second, third] => {
            matches!(first.kind, StatementKind::Test(_))
                && matches!(second.kind, StatementKind::Include(_))
                && matches!(third.kind, StatementKind::Set(_))
        }
        _ => false,
    };
    assert!(!pipeline.statements.windows(3).any(kinds), "planted");
}

/// A variable that is null, by the order of names before one that is true or false, beside a
/// connection and a number of threads.
pub(crate) fn in_profile(profile: &Profile) {
    let values: Vec<&Value> = profile.variables.values().collect();
    let rare = |two: &[&Value]| matches!(two, [Value::Null, Value::Boolean(_)]);
    let has_rare = values.windows(2).any(rare);
    let has_rest = !profile.connections.is_empty() && profile.engine.threads.is_some();
    assert!(!(has_rare && has_rest), "planted");
}

/// A value with a quote, a backslash and a line end, in a query with a dollar quote.
pub(crate) fn in_substitution(before: &str, value: &str) {
    let rare = before.contains("$q$") && before.contains("E'");
    if rare && value.contains('\'') && value.contains('\\') && value.contains('\n') {
        panic!("planted");
    }
}
