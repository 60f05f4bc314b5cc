//! Section 3 of the architecture: who may import whom.
//!
//! A1: "Nothing under `connectors/` or `plugin-sdk/` depends on anything under `core/`."
//! Mutation: add `sqlflow-plan.workspace = true` to the dev-dependencies of `connectors/csv`.
//! A3: "Only `engine` names duckdb". Mutation: add `duckdb` to `core/run`.
//! A4: "Only `host` loads code." Mutation: add `libloading` to `core/cli`.
//! A10: "Adding a connector edits no existing source or manifest". Mutation: let any package
//! depend on a connector, or take `connectors/*` out of the workspace's members.

use std::collections::HashMap;

use crate::finding::{Finding, lines, none};
use crate::manifests::{Kind, Manifest, manifests};
use crate::tree::{Tree, tree};

/// Room, and what it may import of ours. A room that stands here under no name has no arrow yet.
const ARROWS: &[(&str, &[&str])] = &[
    ("core/syntax", &[]),
    ("core/profile", &["core/syntax"]),
    ("core/plan", &["core/syntax", "core/profile", "plugin-sdk/sdk"]),
    ("core/fault", &[]),
    ("core/state", &["core/fault"]),
    ("core/engine", &["core/fault"]),
    ("core/host", &["core/fault", "plugin-sdk/abi", "plugin-sdk/sdk"]),
    (
        "core/run",
        &[
            "core/plan",
            "core/profile",
            "core/engine",
            "core/fault",
            "core/host",
            "core/state",
            "core/syntax",
            "plugin-sdk/sdk",
        ],
    ),
    ("core/cli", &["core/*", "plugin-sdk/sdk", "plugin-sdk/conformance"]),
    ("plugin-sdk/abi", &[]),
    ("plugin-sdk/sdk", &["plugin-sdk/abi"]),
    ("plugin-sdk/http", &["plugin-sdk/sdk"]),
    ("plugin-sdk/conformance", &["plugin-sdk/sdk", "plugin-sdk/abi"]),
    ("connectors/*", &["plugin-sdk/sdk", "plugin-sdk/http"]),
    // A stranger's connectors: the sdk is all they know.
    ("examples/*", &["plugin-sdk/sdk", "plugin-sdk/http"]),
    ("tests/*", &["core/*", "plugin-sdk/*", "tests/servers"]),
];

/// Packages of others that one room alone may name.
const RESERVED: &[(&str, &str)] =
    &[("duckdb", "core/engine"), ("libduckdb-sys", "core/engine"), ("libloading", "core/host")];

fn findings(tree: &Tree) -> Vec<Finding> {
    let manifests = manifests(tree);
    let rooms: HashMap<_, _> =
        manifests.iter().map(|manifest| (manifest.package(), manifest.room)).collect();
    manifests.iter().flat_map(|manifest| broken_arrows(manifest, &rooms)).collect()
}

fn broken_arrows(manifest: &Manifest<'_>, rooms: &HashMap<&str, &str>) -> Vec<Finding> {
    let path = manifest.path();
    let found = |item: &str, what: String| Finding::new(&path, 0, item, what);
    let Some((_, allowed)) = ARROWS.iter().find(|(room, _)| matches(room, manifest.room)) else {
        return vec![found(manifest.room, format!("{} has no arrows in tidy", manifest.room))];
    };
    let broken = |(kind, package): (Kind, String)| {
        let what = match rooms.get(package.as_str()) {
            Some(room) => forbidden(manifest.room, kind, allowed, room),
            None => reserved(manifest.room, &package),
        };
        Some(found(&package, what?))
    };
    manifest.dependencies().into_iter().filter_map(broken).collect()
}

fn forbidden(room: &str, kind: Kind, allowed: &[&str], imported: &str) -> Option<String> {
    let may = match kind {
        Kind::Product => allowed.iter().any(|arrow| matches(arrow, imported)),
        // Core's own tests may use any room; whoever builds against the sdk sees no core at all.
        Kind::Dev if matches("core/*", imported) => !is_outside_core(room),
        Kind::Dev => !matches("connectors/*", imported),
    };
    (!may).then(|| format!("{room} may not import {imported}"))
}

fn reserved(room: &str, package: &str) -> Option<String> {
    let (_, owner) = RESERVED.iter().find(|(name, _)| *name == package)?;
    (room != *owner).then(|| format!("only {owner} may import {package}"))
}

fn is_outside_core(room: &str) -> bool {
    matches("connectors/*", room) || matches("plugin-sdk/*", room)
}

fn matches(pattern: &str, room: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(folder) => room.starts_with(folder),
        None => pattern == room,
    }
}

#[test]
fn imports_follow_the_arrows() {
    none("architecture.md, section 3, A1, A3, A4, A10", &findings(tree()));
}

#[test]
fn a_new_connector_is_a_member_by_its_place() {
    let root: toml::Table = toml::from_str(tree().text("Cargo.toml").unwrap()).unwrap();
    let members = root["workspace"]["members"].as_array().unwrap();
    assert!(members.contains(&"connectors/*".into()), "A10: {members:?}");
}

#[test]
fn an_arrow_in_the_wrong_direction_is_found() {
    let check = |room: &str, section: &str, package: &str, expect: &[&str]| {
        let this = format!("{room}/Cargo.toml");
        let text = format!("[package]\nname = \"x\"\n[{section}]\n{package} = \"1\"");
        let named = |name: &str| format!("[package]\nname = \"{name}\"");
        let (plan, csv) = (named("plan"), named("csv"));
        let others = [("core/plan/Cargo.toml", &*plan), ("connectors/csv/Cargo.toml", &csv)];
        let tree = Tree::of(&[others[0], others[1], (&this, &text)]);
        assert_eq!(lines(&findings(&tree)), expect, "{room} {section} {package}");
    };
    check("core/run", "dependencies", "plan", &[]);
    check("core/state", "dev-dependencies", "plan", &[]);
    check("tests/golden", "dependencies", "plan", &[]);
    check("core/engine", "dependencies", "duckdb", &[]);
    let room = "connectors/rest/Cargo.toml: connectors/rest may not import core/plan";
    check("connectors/rest", "dev-dependencies", "plan", &[room]);
    let state = "core/state/Cargo.toml: core/state may not import core/plan";
    check("core/state", "dependencies", "plan", &[state]);
    check("core/state", "build-dependencies", "plan", &[state]);
    let csv = "tests/golden/Cargo.toml: tests/golden may not import connectors/csv";
    check("tests/golden", "dev-dependencies", "csv", &[csv]);
    let duckdb = "tests/golden/Cargo.toml: only core/engine may import duckdb";
    check("tests/golden", "dev-dependencies", "duckdb", &[duckdb]);
    check(
        "core/new",
        "dependencies",
        "a",
        &["core/new/Cargo.toml: core/new has no arrows in tidy"],
    );
}
