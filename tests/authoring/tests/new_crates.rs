//! What `sqlflow plugin new` makes, of each kind: it compiles at once, without a warning, passes
//! its own tests and the conformance suite, and its README says what its spec says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;

use sqlflow_tests_authoring::author::Author;

fn check(name: &str, options: &str) {
    let mut author = Author::new();
    author.types(&format!("sqlflow plugin new {name} {options}")).well();
    author.go(name);
    let readme = fs::read_to_string(author.here().join("README.md")).unwrap();
    let built = author.types("cargo fmt --check\nsqlflow plugin build").well();
    assert!(!built.err.contains("warning: "), "{}", built.err);
    let only = "exports    only what a plugin exports";
    assert!(built.out.contains(only), "{}", built.out);
    author.types("sqlflow plugin docs --write README.md").well();
    assert_eq!(fs::read_to_string(author.here().join("README.md")).unwrap(), readme);
    let tested = author.types("sqlflow plugin test").well();
    assert!(tested.out.contains(" 0 failed") || !tested.out.contains("failed"), "{}", tested.out);
    let own = author.types("cargo test --release").well();
    assert!(!own.err.contains("warning: "), "{}", own.err);
    assert!(own.out.contains("test result: ok. ") && !own.out.contains(" 0 passed"), "{}", own.out);
}

#[test]
fn a_new_source_compiles_and_passes() {
    check("lines_in", "");
}

#[test]
fn a_new_destination_compiles_and_passes() {
    check("table_out", "--kind destination");
}

#[test]
fn a_new_source_and_destination_compiles_and_passes() {
    check("in_and_out", "--kind both");
}

#[test]
fn a_new_async_source_compiles_and_passes() {
    check("awaited", "--async");
}
