//! The lints that stand for other rules are on, and every member takes them: SAFETY comments (A6),
//! no panics, the environment (A5, in clippy.toml). Mutation: `undocumented_unsafe_blocks = "warn"`
//! in Cargo.toml, or a member without `[lints] workspace = true`.

use toml::{Table, Value};

use crate::finding::{Finding, lines, none};
use crate::manifests::manifests;
use crate::tree::{Tree, tree};

const DENIED: [(&str, &str); 9] = [
    ("rust", "unsafe_code"),
    ("rust", "unsafe_op_in_unsafe_fn"),
    ("clippy", "undocumented_unsafe_blocks"),
    ("clippy", "unwrap_used"),
    ("clippy", "expect_used"),
    ("clippy", "panic"),
    ("clippy", "todo"),
    ("clippy", "unimplemented"),
    ("clippy", "dbg_macro"),
];

fn findings(tree: &Tree) -> Vec<Finding> {
    let root: Table = toml::from_str(tree.text("Cargo.toml").unwrap()).unwrap();
    let lints = &root["workspace"]["lints"];
    let level = |group: &str, lint: &str| lints.get(group)?.get(lint)?.as_str();
    let allowed = DENIED.iter().filter(|(group, lint)| level(group, lint) != Some("deny"));
    let weak = allowed
        .map(|(_, lint)| Finding::new("Cargo.toml", 0, lint, format!("{lint} is not denied")));
    let members = manifests(tree);
    let without = members.iter().filter(|manifest| !takes_them(&manifest.table)).map(|manifest| {
        Finding::new(&manifest.path(), 0, "lints", "lacks `[lints] workspace = true`")
    });
    weak.chain(without).collect()
}

fn takes_them(member: &Table) -> bool {
    member.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool)
        == Some(true)
}

#[test]
fn every_member_takes_the_lints() {
    none("workspace lints", &findings(tree()));
}

#[test]
fn a_weak_lint_and_a_member_without_lints_are_found() {
    let root = tree().text("Cargo.toml").unwrap().replace("todo = \"deny\"", "todo = \"warn\"");
    let found = findings(&Tree::of(&[("Cargo.toml", &root), ("core/a/Cargo.toml", "[package]")]));
    let expect =
        ["Cargo.toml: todo is not denied", "core/a/Cargo.toml: lacks `[lints] workspace = true`"];
    assert_eq!(lines(&found), expect);
}
