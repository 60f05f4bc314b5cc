//! Section 2 of the architecture: one crate a connector, "all with the same file names".
//! Mutation: remove `types.rs` of a connector, or the destination from `kinds` in connector.toml.

use toml::{Table, Value};

use crate::finding::{Finding, lines, none};
use crate::tree::{Tree, tree};

/// What each has, whatever it does.
const FILES: [&str; 9] = [
    "Cargo.toml",
    "connector.toml",
    "README.md",
    "src/lib.rs",
    "src/spec.rs",
    "src/client.rs",
    "src/error.rs",
    "src/types.rs",
    "tests/conformance.rs",
];

const KINDS: [&str; 2] = ["source", "destination"];

fn findings(tree: &Tree) -> Vec<Finding> {
    tree.folders_in("connectors").into_iter().flat_map(|name| of_connector(tree, name)).collect()
}

fn of_connector(tree: &Tree, name: &str) -> Vec<Finding> {
    let folder = format!("connectors/{name}");
    let has = |file: &str| tree.has(&format!("{folder}/{file}"));
    let found = |what: String| Finding::new(&folder, 0, name, what);
    let missing = FILES.iter().filter(|file| !has(file)).map(|file| found(format!("lacks {file}")));
    let kinds = kinds(tree, &folder);
    let unfit = KINDS.into_iter().filter_map(|kind| {
        match (kinds.iter().any(|given| given == kind), has(&format!("src/{kind}.rs"))) {
            (true, false) => Some(found(format!("lacks src/{kind}.rs"))),
            (false, true) => Some(found(format!("src/{kind}.rs is not among the kinds"))),
            _ => None,
        }
    });
    missing.chain(unfit).collect()
}

fn kinds(tree: &Tree, folder: &str) -> Vec<String> {
    let manifest = tree.text(&format!("{folder}/connector.toml")).unwrap_or_default();
    let manifest: Table = toml::from_str(manifest).unwrap();
    let kinds = manifest.get("kinds").and_then(Value::as_array).into_iter().flatten();
    kinds.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn every_connector_has_the_same_files() {
    none("architecture.md, section 2", &findings(tree()));
}

#[test]
fn a_missing_file_and_a_kind_that_does_not_fit_are_found() {
    let mut files: Vec<_> = FILES.iter().map(|file| format!("connectors/a/{file}")).collect();
    files.retain(|file| !file.ends_with("types.rs") && !file.ends_with("connector.toml"));
    let mut files: Vec<_> = files.iter().map(|file| (file.as_str(), "")).collect();
    files.push(("connectors/a/connector.toml", "kinds = [\"source\"]"));
    files.push(("connectors/a/src/destination.rs", ""));
    let expect = [
        "connectors/a: lacks src/types.rs",
        "connectors/a: lacks src/source.rs",
        "connectors/a: src/destination.rs is not among the kinds",
    ];
    assert_eq!(lines(&findings(&Tree::of(&files))), expect);
}
