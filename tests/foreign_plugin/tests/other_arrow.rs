//! A plugin built with another major version of arrow: its rows arrive exactly.
//!
//! The crate is no member of the workspace, whose one arrow is the engine's. Cargo builds it once,
//! beside the profile's folder. Mutation: change a value of the plugin.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{path::PathBuf, process::Command, sync::Arc};

use arrow::{
    array::{
        Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray,
        TimestampMicrosecondArray,
    },
    datatypes::{DataType, TimeUnit},
};
use serde_json::json;
use sqlflow_plugin_sdk::StreamName;
use sqlflow_tests_foreign_plugin::{built, open, pull, repository};

fn library() -> PathBuf {
    let target = built().parent().unwrap().join("foreign");
    let manifest = repository().join("tests/foreign_plugin/other_arrow/Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(&target)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join("release/libsqlflow_tests_other_arrow.so")
}

#[test]
fn rows_of_another_arrow_arrive_exactly() {
    let mut source = open(&library(), "other_arrow", json!({})).unwrap();
    let schema = source.schema(&StreamName::from("rows")).unwrap();
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let types: Vec<&DataType> = schema.fields().iter().map(|field| field.data_type()).collect();
    assert_eq!(types, [&DataType::Int64, &DataType::Utf8, &DataType::Boolean, &time]);
    let batches = pull(source, None).unwrap();
    let times = |values: Vec<Option<i64>>| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"))
    };
    assert_eq!(batches.len(), 2);
    check(
        &batches[0],
        [
            Arc::new(Int64Array::from(vec![Some(i64::MIN), None, Some(7)])),
            Arc::new(StringArray::from(vec![Some(""), Some("žluťoučký"), None])),
            Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])),
            times(vec![Some(i64::MIN.wrapping_mul(1_000)), None, Some(7_000)]),
        ],
    );
    check(
        &batches[1],
        [
            Arc::new(Int64Array::from(vec![2, 3])),
            Arc::new(StringArray::from(vec![None, Some("c")])),
            Arc::new(BooleanArray::from(vec![Some(true), None])),
            times(vec![Some(2_000), Some(3_000)]),
        ],
    );
}

fn check(batch: &RecordBatch, expected: [ArrayRef; 4]) {
    for (column, expected) in batch.columns().iter().zip(expected) {
        assert_eq!(column.to_data(), expected.to_data());
    }
}
