//! "examples/: one folder a project: pipelines/ profiles/ data/ expected/ README.md run.sh"
//! (architecture, section 2); what is expected has an independent origin, the script `make.*`.
//! Mutation: `chmod -x examples/quickstart/run.sh`.

use crate::finding::{Finding, lines, none};
use crate::tree::{Tree, tree};

fn findings(tree: &Tree) -> Vec<Finding> {
    tree.folders_in("examples").into_iter().flat_map(|name| of_example(tree, name)).collect()
}

fn of_example(tree: &Tree, name: &str) -> Vec<Finding> {
    let folder = format!("examples/{name}");
    let holds = |start: &str, end: &str| {
        tree.under(&folder).any(|path| path.starts_with(start) && path.ends_with(end))
    };
    let run = format!("{folder}/run.sh");
    let wanted = [
        (holds("README.md", ""), "lacks README.md"),
        (tree.is_executable(&run), "run.sh is missing or not executable"),
        (holds("pipelines/", ".sf"), "lacks a pipeline, pipelines/*.sf"),
        (holds("profiles/", ".yml"), "lacks a profile, profiles/*.yml"),
        (holds("expected/", ""), "lacks expected/"),
        (holds("expected/make.", ""), "lacks expected/make.*, which makes what is expected"),
    ];
    let missing = wanted.into_iter().filter(|(there, _)| !there);
    missing.map(|(_, what)| Finding::new(&folder, 0, name, what)).collect()
}

#[test]
fn every_example_is_complete() {
    assert!(!tree().folders_in("examples").is_empty());
    none("architecture.md, section 2", &findings(tree()));
}

#[test]
fn what_an_example_lacks_is_found() {
    let files = [
        ("examples/a/README.md", ""),
        ("examples/a/run.sh*", ""),
        ("examples/a/pipelines/a.sf", ""),
        ("examples/a/profiles/dev.yml", ""),
        ("examples/a/expected/make.py", ""),
        ("examples/b/README.md", ""),
        ("examples/b/run.sh", ""),
        ("examples/b/pipelines/a.sf", ""),
        ("examples/b/expected/a.csv", ""),
    ];
    let expect = [
        "examples/b: run.sh is missing or not executable",
        "examples/b: lacks a profile, profiles/*.yml",
        "examples/b: lacks expected/make.*, which makes what is expected",
    ];
    assert_eq!(lines(&findings(&Tree::of(&files))), expect);
}
