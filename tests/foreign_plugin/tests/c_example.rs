//! The C connector under examples/, compiled from the published headers alone and loaded.
//!
//! Mutation tried: a C++ keyword as a parameter's name in the header turns
//! `the_headers_compile_as_cpp_too` red.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::PathBuf, process::Command};

use arrow::{array::AsArray, datatypes::Int64Type};
use serde_json::json;
use sqlflow_plugin_sdk::{ErrorKind, StreamName};
use sqlflow_tests_foreign_plugin::{built, compile, compiled, folder, open, pull, repository};
use tempfile::TempDir;

fn example() -> PathBuf {
    repository().join("examples/c_connector")
}

/// The example's library; the folder goes when it is dropped.
fn primes() -> (TempDir, PathBuf) {
    let folder = folder();
    let library = folder.path().join("libsqlflow_connector_primes.so");
    compile(&example().join("primes.c"), &library);
    (folder, library)
}

#[test]
fn the_c_example_yields_the_primes() {
    let (_folder, library) = primes();
    let mut source = open(&library, "primes", json!({"count": 10_000})).unwrap();
    assert!(source.check().unwrap().items.iter().all(|item| item.ok));
    assert_eq!(source.discover().unwrap()[0].estimated_rows, Some(10_000));
    let schema = source.schema(&StreamName::from("any")).unwrap();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["nth", "prime"]);
    let batches = pull(source, Some(&["prime", "nth"])).unwrap();
    let rows: Vec<(i64, i64)> = batches.iter().flat_map(rows).collect();
    assert_eq!(batches.iter().map(|batch| batch.num_rows()).collect::<Vec<_>>(), [8_192, 1_808]);
    assert_eq!(rows[..5], [(2, 1), (3, 2), (5, 3), (7, 4), (11, 5)]);
    assert_eq!(rows.last(), Some(&(104_729, 10_000)), "the 10,000th prime");
}

fn rows(batch: &arrow::array::RecordBatch) -> Vec<(i64, i64)> {
    let column = |at: usize| batch.column(at).as_primitive::<Int64Type>().values().to_vec();
    column(0).into_iter().zip(column(1)).collect()
}

#[test]
fn a_read_of_no_columns_counts_its_rows() {
    let (_folder, library) = primes();
    let batches = pull(open(&library, "primes", json!({"count": 3})).unwrap(), Some(&[])).unwrap();
    assert_eq!((batches[0].num_columns(), batches[0].num_rows()), (0, 3));
}

#[test]
fn the_c_example_fails_with_typed_errors() {
    let (_folder, library) = primes();
    let error = open(&library, "primes", json!({"count": 0})).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(error.remedy(), Some("give `count`, such as 1000"));
    let source = open(&library, "primes", json!({"count": 3})).unwrap();
    assert_eq!(pull(source, Some(&["size"])).unwrap_err().kind(), ErrorKind::Schema);
}

#[test]
fn the_c_example_stops_when_it_is_cancelled() {
    let (_folder, library) = primes();
    let mut source = open(&library, "primes", json!({"count": 1_000_000_000})).unwrap();
    let request = sqlflow_plugin_sdk::ReadRequest::of(StreamName::from("primes"));
    let partition = source.plan(&request).unwrap().partitions.remove(0);
    let mut stream = source.read(&request, &partition).unwrap();
    stream.next_batch().unwrap().unwrap();
    let stop = stream.cancel_token();
    let pulling = std::thread::spawn(move || {
        loop {
            if let Err(error) = stream.next_batch() {
                return error;
            }
        }
    });
    stop.cancel();
    assert_eq!(pulling.join().unwrap().kind(), ErrorKind::Cancelled);
}

#[test]
fn a_pipeline_runs_with_the_c_example() {
    let (_folder, library) = primes();
    let project = folder();
    for path in ["pipelines/twin_primes.sf", "profiles/dev.yml"] {
        let copy = project.path().join(path);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(example().join(path), copy).unwrap();
    }
    let output = Command::new(built().join("sqlflow"))
        .args(["run", "twin_primes", "--plugin"])
        .arg(&library)
        .current_dir(project.path())
        .env_clear()
        .env("HOME", project.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for name in ["twin_primes.csv", "summary.csv"] {
        let expected = fs::read_to_string(example().join("expected").join(name)).unwrap();
        assert_eq!(fs::read_to_string(project.path().join("output").join(name)).unwrap(), expected);
    }
}

#[test]
fn the_headers_compile_as_cpp_too() {
    let folder = folder();
    let source = folder.path().join("headers.cc");
    let text = "#include \"arrow_c_data.h\"\n#include \"sqlflow_abi_v1.h\"\n\
        sqlflow_plugin_entry entry(sqlflow_plugin_entry e) { return e; }\n";
    fs::write(&source, text).unwrap();
    let object = folder.path().join("headers.o");
    compiled(Command::new("g++").args(["-std=c++17", "-c"]).arg(&source).arg("-o").arg(object));
}
