//! `sqlflow plugin test` says what is wrong with how it was called, and never waits for ever.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::{Path, PathBuf};

use support::{Ended, Project};

fn library() -> PathBuf {
    let library = Path::new(env!("CARGO_BIN_EXE_sqlflow"));
    let library = library.with_file_name("libsqlflow_connector_csv.so");
    assert!(library.is_file(), "{}: cargo build --release --workspace", library.display());
    library
}

fn test(arguments: &[&str]) -> Ended {
    let project = Project::empty();
    project.write("conformance.toml", "[source]\nmain = { config = { path = \"a.csv\" } }\n");
    project.write("misspelt.toml", "[source]\nmian = {}\n");
    let library = library();
    let head = ["plugin", "test", library.to_str().unwrap()];
    project.sqlflow(&[&head, arguments].concat())
}

#[test]
fn a_misspelt_case_names_the_nearest() {
    let ended = test(&["--only", "abort-leaves-nothin"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.starts_with("error[SF0452]: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("did you mean `abort-leaves-nothing`?"), "{}", ended.stderr);
}

#[test]
fn a_case_whose_capability_is_not_declared_is_refused() {
    let ended = test(&["--only", "append-appends"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("does not declare"), "{}", ended.stderr);
}

#[test]
fn a_fixture_that_is_none_is_told_once() {
    for (fixture, text) in [("not_there.toml", "--fixture FILE"), ("misspelt.toml", "mian")] {
        let ended = test(&["--fixture", fixture]);
        assert_eq!(ended.code, 1);
        assert!(ended.stderr.starts_with("error[SF0451]: "), "{ended:?}");
        assert!(ended.stderr.contains(text) && ended.stdout.is_empty(), "{ended:?}");
    }
}

#[test]
fn what_the_fixture_lacks_is_told_and_is_not_green() {
    let ended = test(&["--only", "one-row-is-one-row"]);
    assert_eq!(ended.code, 4);
    assert!(ended.stdout.contains("NOT TRIED"), "{}", ended.stdout);
    assert!(ended.stdout.contains("the fixture lacks `source.one_row`"), "{}", ended.stdout);
}

#[test]
fn a_case_that_passes_its_deadline_fails() {
    let ended = test(&["--only", "exports-nothing-else", "--deadline", "0"]);
    assert_eq!(ended.code, 4);
    assert!(ended.stdout.contains("it did not end within 0 s"), "{}", ended.stdout);
}

#[test]
fn a_name_that_is_neither_a_file_nor_a_connector_is_told() {
    for name in ["acme", "not_there.so"] {
        let ended = Project::empty().sqlflow(&["plugin", "test", name]);
        assert_eq!(ended.code, 1);
        assert!(ended.stderr.starts_with("error[SF0453]: "), "{name}: {}", ended.stderr);
        assert!(ended.stderr.contains("`sqlflow plugin list`"), "{name}: {}", ended.stderr);
    }
}
