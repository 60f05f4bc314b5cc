//! Plugins of an older and of a newer minor version load and work.
//!
//! Mutation tried: the host copies a whole table of its own size whatever `struct_size` says; the
//! older plugin's table ends at a page nobody may read, and the test dies.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, process::Command};

use arrow::{array::AsArray, datatypes::Int64Type};
use serde_json::json;
use sqlflow_tests_foreign_plugin::{compiled, folder, open, pull, repository};

/// Builds the C example with the tables of another minor, and reads five primes with it.
fn first_primes(minor: &str, abi: &str) -> Vec<i64> {
    let folder = folder();
    let example = repository().join("examples/c_connector/primes.c");
    let text = fs::read_to_string(example).unwrap();
    let text = text.replace("abi = '1.0'", &format!("abi = '{abi}'"));
    let text = text.replace("\\\"abi\\\":\\\"1.0\\\"", &format!("\\\"abi\\\":\\\"{abi}\\\""));
    fs::write(folder.path().join("primes.c"), text).unwrap();
    let library = folder.path().join("libsqlflow_connector_primes.so");
    let mut cc = Command::new("cc");
    cc.args(["-std=c11", "-shared", "-fPIC", &format!("-D{minor}"), "-I"]).arg(folder.path());
    let source = repository().join("tests/foreign_plugin/c/minors.c");
    compiled(cc.arg(source).arg("-o").arg(&library));
    let source = open(&library, "primes", json!({"count": 5})).unwrap();
    let batches = pull(source, Some(&["prime"])).unwrap();
    batches[0].column(0).as_primitive::<Int64Type>().values().to_vec()
}

#[test]
fn a_plugin_of_an_older_minor_with_shorter_tables_works() {
    assert_eq!(first_primes("OLDER", "1.0"), [2, 3, 5, 7, 11]);
}

#[test]
fn a_plugin_of_a_newer_minor_with_longer_tables_works() {
    assert_eq!(first_primes("NEWER", "1.7"), [2, 3, 5, 7, 11]);
}
