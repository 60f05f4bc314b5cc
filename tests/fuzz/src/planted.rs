//! Panics on rare inputs, which tell whether the fuzzer works: no seed has one, and chance alone would
//! take millions of inputs. Each is reached step by step, and every step is an edge of its own, which
//! only a fuzzer that is led by coverage keeps.

use sqlflow_profile::Profile;
use sqlflow_syntax::{Pipeline, StatementKind};

/// A SET of a variable whose name begins with `fuz`.
pub(crate) fn in_parser(pipeline: &Pipeline) {
    for statement in &pipeline.statements {
        if let StatementKind::Set(set) = &statement.kind {
            refuse_name(&set.name.text);
        }
    }
}

/// A connection whose name begins with `fuz`.
pub(crate) fn in_profile(profile: &Profile) {
    profile.connections.keys().for_each(|name| refuse_name(name));
}

#[allow(clippy::collapsible_if, reason = "each step has to be an edge of its own")]
fn refuse_name(name: &str) {
    let at = |place: usize| name.as_bytes().get(place).copied();
    if at(0) == Some(b'f') {
        if at(1) == Some(b'u') {
            if at(2) == Some(b'z') {
                panic!("planted");
            }
        }
    }
}

/// A value with a quote, a backslash and a line end, in a query with a dollar quote.
pub(crate) fn in_substitution(before: &str, value: &str) {
    let rare = before.contains("$q$") && before.contains("E'");
    if rare && value.contains('\'') && value.contains('\\') && value.contains('\n') {
        panic!("planted");
    }
}
