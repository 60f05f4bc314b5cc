//! The guarded handle of a destination, over a plugin written in C.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Int32Array, Int64Array, RecordBatch},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use serde_json::json;
use sqlflow_plugin_sdk::{CommitRecord, CommitToken, ErrorKind, Place, WriteMode, WriteRequest};
use support::{Loaded, Recipe};

fn schema(kind: DataType) -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("n", kind, true)]))
}

fn batch(column: ArrayRef) -> RecordBatch {
    RecordBatch::try_new(schema(column.data_type().clone()), vec![column]).unwrap()
}

fn numbers(numbers: &[i64]) -> RecordBatch {
    batch(Arc::new(Int64Array::from(numbers.to_vec())))
}

fn request() -> WriteRequest {
    WriteRequest {
        place: Place("p".to_owned()),
        mode: WriteMode::Replace,
        keys: Vec::new(),
        token: CommitToken("t".to_owned()),
        schema: schema(DataType::Int64),
    }
}

fn record() -> CommitRecord {
    CommitRecord { token: CommitToken("t".to_owned()), rows: 3, watermark: None }
}

#[test]
fn a_plugin_written_in_c_takes_and_commits_rows() {
    let loaded = Loaded::new(&Recipe::default());
    let mut destination = loaded.destination(json!({})).unwrap();
    let mut writer = destination.begin(&request()).unwrap();
    drop(destination);
    writer.write(numbers(&[1, 2])).unwrap();
    writer.write(numbers(&[3])).unwrap();
    assert_eq!(writer.commit(&record()).unwrap().rows, 3);
    assert_eq!(loaded.said.try_iter().collect::<Vec<_>>(), ["writer closed", "closed"]);
}

/// Mutation tried: `write` does not check the types; red, and the plugin reads beyond the batch.
#[test]
fn a_batch_of_another_schema_than_the_write_was_begun_with_is_refused() {
    let loaded = Loaded::new(&Recipe::default());
    let mut destination = loaded.destination(json!({})).unwrap();
    let mut writer = destination.begin(&request()).unwrap();
    let error = writer.write(batch(Arc::new(Int32Array::from(vec![1])))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert_eq!(error.message(), "a batch is not of the schema the write was begun with");
    assert_eq!(writer.commit(&record()).unwrap().rows, 0);
}

#[test]
fn absent_entries_are_capabilities_that_are_missing() {
    let loaded = Loaded::new(&Recipe::default());
    let mut destination = loaded.destination(json!({})).unwrap();
    let (place, token) = (Place("p".to_owned()), CommitToken("t".to_owned()));
    let kinds = [
        destination.describe(&place).unwrap_err().kind(),
        destination.apply(&place, &[]).unwrap_err().kind(),
        destination.committed(&token).unwrap_err().kind(),
        destination.begin(&request()).unwrap().abort().unwrap_err().kind(),
    ];
    assert_eq!(kinds, [ErrorKind::Unsupported; 4]);
    assert_eq!(destination.recover(&place, &[]), Ok(()), "there is nothing to sweep");
}

#[test]
fn a_write_that_cannot_begin_leaves_the_schema_with_the_host() {
    let loaded = Loaded::new(&Recipe::default());
    let mut destination = loaded.destination(json!({"status": 5})).unwrap();
    for _ in 0..3 {
        let error = destination.begin(&request()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
}

#[test]
fn a_write_that_begins_without_a_writer_breaks_the_contract() {
    let loaded = Loaded::new(&Recipe::default());
    let mut destination = loaded.destination(json!({"text": "no writer"})).unwrap();
    let error = destination.begin(&request()).err().unwrap();
    assert_eq!(error.code(), Some("SF0410"));
}

/// Mutation tried: `Object::status` does not look at `panicked`; red.
#[test]
fn a_writer_that_panicked_is_only_closed() {
    let loaded = Loaded::new(&Recipe::default());
    let mut destination = loaded.destination(json!({"text": "panic once"})).unwrap();
    let mut writer = destination.begin(&request()).unwrap();
    assert_eq!(writer.write(numbers(&[1])).unwrap_err().code(), Some("SF0410"));
    assert_eq!(writer.write(numbers(&[2])).unwrap_err().code(), Some("SF0424"));
    assert_eq!(writer.commit(&record()).unwrap_err().code(), Some("SF0424"));
    drop(destination);
    let said: Vec<String> = loaded.said.try_iter().collect();
    assert_eq!(said, ["called", "writer closed", "closed"]);
}
