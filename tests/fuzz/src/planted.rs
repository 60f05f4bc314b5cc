//! Panics on rare inputs, which tell whether the fuzzer works: no seed has one, and chance alone would
//! take millions of inputs.

use std::hint::black_box;

use sqlflow_profile::Profile;
use sqlflow_syntax::{Pipeline, StatementKind};

/// A SET of a variable whose name begins with `fuzz`.
pub(crate) fn in_parser(pipeline: &Pipeline) {
    for statement in &pipeline.statements {
        if let StatementKind::Set(set) = &statement.kind {
            refuse_name(&set.name.text);
        }
    }
}

/// A connection whose name begins with `fuzz`.
pub(crate) fn in_profile(profile: &Profile) {
    profile.connections.keys().for_each(|name| refuse_name(name));
}

/// One comparison of four bytes, which the fuzzer sees and learns from.
#[inline(never)]
fn refuse_name(name: &str) {
    let Some(begin) = name.as_bytes().first_chunk::<4>() else { return };
    if black_box(u32::from_le_bytes(*begin)) == u32::from_le_bytes(*b"fuzz") {
        panic!("planted");
    }
}

/// A value with a quote, a backslash and a line end, in a query with a dollar quote.
pub(crate) fn in_substitution(before: &str, value: &str) {
    let rare = before.contains("$q$") && before.contains("E'");
    if rare && value.contains('\'') && value.contains('\\') && value.contains('\n') {
        panic!("planted");
    }
}
