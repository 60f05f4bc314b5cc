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

/// Variables that are true, null and a number, by the order of their names.
pub(crate) fn in_profile(profile: &Profile) {
    let values: Vec<&Value> = profile.variables.values().collect();
    let rare =
        |three: &[&Value]| matches!(three, [Value::Boolean(true), Value::Null, Value::Number(_)]);
    assert!(!values.windows(3).any(rare), "planted");
}

/// A value with a quote, a backslash and a line end, in a query with a dollar quote.
pub(crate) fn in_substitution(before: &str, value: &str) {
    let rare = before.contains("$q$") && before.contains("E'");
    if rare && value.contains('\'') && value.contains('\\') && value.contains('\n') {
        panic!("planted");
    }
}
