//! Arrow schemas and arrays that are not what they say, in the middle of a stream.
//!
//! The plugin was named by the user and did not come with the program, so that every batch is looked
//! through before anybody reads it. What no look can find without trusting a pointer has no cell: a
//! buffer that is shorter than length, offset and last offset say, fewer pointers than `n_children`
//! or `n_buffers`, a pointer to nowhere, a column of another type with the same number of buffers.
//! Such a plugin needs a process of its own.
//!
//! Mutations tried: no full validation of batches turns `values_that_lead_elsewhere…` red; no bound
//! of a schema's depth ends the process.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fs;

use arrow::{
    array::{AsArray, RecordBatch},
    datatypes::Int64Type,
};
use serde_json::{Value, json};
use sqlflow_host::SourceRegistry;
use sqlflow_plugin_sdk::{CancelToken, Error, ErrorKind, Result, StreamName};
use support::{Ends, liar::liar, named, object, pull, the_next_run_is_green};
use tempfile::TempDir;

/// Binds the schema and pulls the rows, as a run does.
fn run(config: Value) -> Result<Vec<RecordBatch>> {
    let plugins = named(&liar());
    let registry = SourceRegistry::new(&plugins);
    let mut source = registry.open("liar", &object(config), &CancelToken::new())?;
    source.schema(&StreamName::from("rows"))?;
    pull(source)
}

fn failed(cell: &str, config: Value) -> Error {
    run(config).err().unwrap_or_else(|| panic!("{cell}: went well"))
}

#[track_caller]
fn broken(lies: &[&str]) {
    for lie in lies {
        Ends::broken("").check(lie, &failed(lie, json!({"lie": lie})));
        the_next_run_is_green(lie);
    }
}

#[test]
fn an_honest_stream_arrives_exactly() {
    let batches = run(json!({})).unwrap();
    assert_eq!(batches.len(), 3);
    for batch in batches {
        let (n, s, v) = (batch.column(0), batch.column(1), batch.column(5));
        assert_eq!(n.as_primitive::<Int64Type>().values(), &[1, 2, 3]);
        assert_eq!(s.as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["ab", "cé", ""]);
        let views: Vec<&str> = v.as_string_view().iter().flatten().collect();
        assert_eq!(views, ["hi", "", "fourteen bytes"]);
    }
}

#[test]
fn a_schema_that_is_none_breaks_the_contract() {
    broken(&[
        "schema: not a struct",
        "schema: format null",
        "schema: format unknown",
        "schema: format not utf8",
        "schema: format empty",
        "schema: format overlong",
        "schema: negative width",
        "schema: name not utf8",
        "schema: children negative",
        "schema: children null",
        "schema: child null",
        "schema: child released",
        "schema: list without child",
        "schema: key not integer",
        "schema: metadata negative",
        "schema: deep",
    ]);
}

#[test]
fn lengths_offsets_and_null_counts_that_cannot_be_break_the_contract() {
    broken(&[
        "rows: child shorter",
        "rows: length negative",
        "rows: length endless",
        "rows: child endless",
        "rows: offset negative",
        "rows: offset endless",
        "rows: top offset",
        "rows: nested shorter",
        "rows: nested longer parent",
        "rows: nulls without validity",
        "rows: nulls negative",
        "rows: nulls of the struct",
        "rows: nulls miscounted",
        "rows: nulls beyond the length",
    ]);
}

#[test]
fn values_that_lead_elsewhere_break_the_contract() {
    broken(&[
        "rows: offsets decrease",
        "rows: offsets negative",
        "rows: offsets leave and return",
        "rows: last offset negative",
        "rows: text not utf8",
        "rows: character cut",
        "rows: key too large",
        "rows: key negative",
        "rows: dictionary absent",
        "rows: dictionary not utf8",
        "rows: dictionary not asked for",
        "rows: list beyond its child",
        "rows: list decreases",
        "rows: view of no buffer",
        "rows: view beyond its buffer",
        "rows: view prefix",
        "rows: view negative",
        "rows: view inline padding",
        "rows: view sizes negative",
    ]);
}

#[test]
fn arrays_of_another_shape_than_the_schema_break_the_contract() {
    broken(&[
        "rows: buffer missing",
        "rows: buffer too many",
        "rows: buffers negative",
        "rows: no buffers",
        "rows: view buffers missing",
        "rows: buffers null",
        "rows: values null",
        "rows: offsets null",
        "rows: text null",
        "rows: views null",
        "rows: column missing",
        "rows: column too many",
        "rows: columns negative",
        "rows: children null",
        "rows: child null",
        "rows: child released",
        "rows: list without child",
        "rows: columns swapped",
    ]);
}

#[test]
fn a_stream_that_is_not_whole_breaks_the_contract() {
    broken(&[
        "stream: released",
        "stream: no get_schema",
        "stream: no get_next",
        "stream: schema unwritten",
        "stream: fails with null",
        "stream: fails with no get_last_error",
    ]);
}

#[test]
fn a_stream_that_fails_gives_its_error() {
    let torn = Ends::with(ErrorKind::Data, None, "torn");
    for lie in ["stream: fails", "stream: fails with rows", "stream: schema fails"] {
        torn.check(lie, &failed(lie, json!({"lie": lie})));
        the_next_run_is_green(lie);
    }
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("error");
    for (text, says) in [
        ("\u{0}rest", "not Error JSON: "),
        ("no json", "not Error JSON: no json"),
        ("", "not Error JSON: "),
    ] {
        fs::write(&file, text).unwrap();
        let error = failed(text, json!({"lie": "stream: fails", "file": file}));
        Ends::with(ErrorKind::Bug, None, says).check(text, &error);
        the_next_run_is_green(text);
    }
    fs::write(&file, vec![b'x'; 1 << 20]).unwrap();
    let error = failed("1 MB", json!({"lie": "stream: fails", "file": file}));
    Ends::with(ErrorKind::Bug, None, "xxx").check("1 MB", &error);
    assert!(error.message().len() < 2_000);
}

/// A released array is the end, whatever `get_last_error` would say.
#[test]
fn a_released_array_ends_the_stream() {
    assert_eq!(run(json!({"lie": "stream: ends with error"})).unwrap().len(), 1);
}
