//! The values: the big list of naughty strings, and some made for this language.

use sqlflow_profile::{Assignments, parse_vars};

const OURS: [&str; 14] = [
    "'; DROP TABLE x; --",
    "$$; DROP TABLE x; $$",
    "$tag$; DROP TABLE x; $tag$",
    "\\'; DROP TABLE x; --",
    "\"; DROP TABLE x; --",
    "\\",
    "'",
    "\"",
    "$",
    "${v}",
    "${v|x}",
    "${nowhere}",
    "a\0b",
    "line one\r\nline two\n",
];

pub(crate) fn values() -> Vec<String> {
    let list: Vec<String> = serde_json::from_str(include_str!("../../data/blns.json")).unwrap();
    assert!(list.len() > 450, "the whole list");
    list.into_iter().chain(OURS.map(str::to_owned)).collect()
}

/// The value of `v`, given as `--vars` is.
pub(crate) fn vars(value: &str) -> Assignments {
    parse_vars(&option(value)).unwrap()
}

/// The text of `--vars` that gives `v` the value.
pub(crate) fn option(value: &str) -> String {
    serde_json::json!({ "v": value }).to_string()
}
