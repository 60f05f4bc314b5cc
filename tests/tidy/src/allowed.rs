//! What `allow.toml` lets pass. An entry that excuses nothing is an error, as is one without a
//! reason: the list can only shrink by itself.

use serde::Deserialize;

use crate::finding::{Finding, none};
use crate::tree::tree;

const LIST: &str = "tests/tidy/allow.toml";

/// The rules that take exceptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Rule {
    Name,
    FileSize,
    FunctionSize,
    Code,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    allow: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: Rule,
    path: String,
    /// The function's or type's name; for a file's size, the file's name.
    item: String,
    reason: String,
}

/// Fails with every finding that is not excused, and with every excuse that is not needed.
#[track_caller]
pub(crate) fn none_but_allowed(rule: Rule, why: &str, findings: Vec<Finding>) {
    none(why, &judged(tree().text(LIST).unwrap(), rule, findings));
}

fn judged(list: &str, rule: Rule, findings: Vec<Finding>) -> Vec<Finding> {
    let mut entries: Vec<_> = toml::from_str::<List>(list).unwrap().allow;
    entries.retain(|entry| entry.rule == rule);
    let fits =
        |entry: &Entry, found: &Finding| entry.path == found.path && entry.item == found.item;
    let stale = entries
        .iter()
        .filter(|entry| entry.reason.is_empty() || !findings.iter().any(|found| fits(entry, found)))
        .map(|entry| {
            let what =
                format!("{} in {} is excused without need or reason", entry.item, entry.path);
            Finding::new(LIST, 0, &entry.item, what)
        });
    let excused = |found: &Finding| entries.iter().any(|entry| fits(entry, found));
    findings.iter().filter(|found| !excused(found)).cloned().chain(stale).collect()
}

#[test]
fn an_entry_excuses_what_it_names_and_nothing_else() {
    let list = "[[allow]]\nrule = \"name\"\npath = \"a.rs\"\nitem = \"Helper\"\nreason = \"why\"";
    let found = |path: &str, item: &str| Finding::new(path, 1, item, item);
    let left = |rule, findings| judged(list, rule, findings);
    assert_eq!(left(Rule::Name, vec![found("a.rs", "Helper")]), []);
    let other = [found("a.rs", "Util"), found("b.rs", "Helper")];
    assert_eq!(left(Rule::Name, other.to_vec())[..2], other);
    assert_eq!(left(Rule::FileSize, other.to_vec()), other);
    let stale = left(Rule::Name, vec![]);
    assert!(stale[0].what.contains("without need"), "{stale:?}");
}
