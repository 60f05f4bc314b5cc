//! The big list of naughty strings in every place that a variable may stand in: the value arrives
//! as it is, or is refused with a code, and never changes what stands around it.
//!
//! SQL is asked of DuckDB itself; params, places and connections are read from the plan. The values
//! come in as `--vars` does.
//!
//! Mutations: in `core/plan/src/sql_text/spliced.rs`, let `expression` put a value between quotes
//! without doubling those in it; in `core/plan/src/params/json.rs`, let `typed` trim
//! a text; in `core/plan/src/sql_text/substitute.rs`, take the check of `is_one_token` out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod binary;
mod in_json;
mod in_sql;
mod planning;
mod values;

use std::collections::BTreeMap;

/// What became of a value in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is there, equal.
    Arrived,
    /// A finding of this code says why not.
    Refused(String),
    /// Neither.
    Wrong(String),
}

/// Counts what became of every value, prints it, and fails for each that was changed.
#[track_caller]
pub(crate) fn judge(fates: impl Iterator<Item = (String, String, Fate)>) {
    let mut counts: BTreeMap<String, (usize, BTreeMap<String, usize>)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (place, value, fate) in fates {
        let count = counts.entry(place.clone()).or_default();
        match fate {
            Fate::Arrived => count.0 += 1,
            Fate::Refused(code) => *count.1.entry(code).or_default() += 1,
            Fate::Wrong(what) => wrong.push(format!("{place}: {value:?}: {what}")),
        }
    }
    for (place, (arrived, refused)) in &counts {
        println!("{place:40} {arrived} arrived equal, refused: {refused:?}");
    }
    assert!(wrong.is_empty(), "{} values went wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(counts.values().all(|(arrived, _)| *arrived > 0), "nothing arrives: {counts:?}");
}
