use std::{sync::Arc, thread};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use serde_json::{Map, Value, json};
use sqlflow_plugin_sdk::{CommitRecord, ErrorKind, WriteReport};

use super::*;
use crate::inline;

fn opened() -> MemoryDestination {
    let config = destination().parse(&Map::new()).unwrap();
    MemoryDestination::open(config, Host::detached()).unwrap()
}

/// Rows of a key and a value.
fn rows(pairs: &[(i64, i64)]) -> RecordBatch {
    let rows: Vec<Value> = pairs.iter().map(|(k, v)| json!({"k": k, "v": v})).collect();
    let columns = json!({"k": "BIGINT", "v": "BIGINT"});
    inline::batch(&json!(rows), columns.as_object().unwrap()).unwrap()
}

fn there(place: &str) -> Vec<(i64, i64)> {
    let table = client::table(place).unwrap();
    let column = |index: usize| table.rows.column(index).as_primitive::<Int64Type>().values();
    column(0).iter().copied().zip(column(1).iter().copied()).collect()
}

/// A write to a place, whose name is also the beginning of its token.
#[derive(Clone, Copy)]
struct Write<'a> {
    place: &'a str,
    token: &'a str,
    mode: WriteMode,
}

impl Write<'_> {
    fn begun(self, batches: &[RecordBatch]) -> Result<Box<dyn Writer>> {
        let request = WriteRequest {
            place: Place(self.place.to_owned()),
            mode: self.mode,
            keys: vec!["k".to_owned()],
            token: self.token(),
            schema: batches[0].schema(),
        };
        let mut writer = opened().begin(&request)?;
        for batch in batches {
            writer.write(batch.clone())?;
        }
        Ok(writer)
    }

    fn token(self) -> CommitToken {
        CommitToken(format!("{}-{}", self.place, self.token))
    }

    fn committed(self, batches: &[RecordBatch]) -> Result<WriteReport> {
        let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        let record = CommitRecord { token: self.token(), rows, watermark: None };
        self.begun(batches)?.commit(&record)
    }
}

#[test]
fn each_mode_leaves_the_rows_it_says() {
    let old = rows(&[(1, 10), (2, 20)]);
    let new = rows(&[(2, 21), (3, 30), (2, 22)]);
    for (mode, expect) in [
        (WriteMode::Replace, vec![(2, 21), (3, 30), (2, 22)]),
        (WriteMode::Append, vec![(1, 10), (2, 20), (2, 21), (3, 30), (2, 22)]),
        (WriteMode::Upsert, vec![(1, 10), (2, 22), (3, 30)]),
    ] {
        let place = mode.name();
        Write { place, token: "old", mode: WriteMode::Replace }.committed(&[old.clone()]).unwrap();
        let report = Write { place, token: "new", mode }
            .committed(&[new.slice(0, 1), new.slice(1, 2)])
            .unwrap();
        assert_eq!((there(place), report.rows), (expect, 3), "{place}");
    }
}

#[test]
fn an_upsert_into_nothing_keeps_the_last_row_of_each_key() {
    let write = Write { place: "fresh", token: "1", mode: WriteMode::Upsert };
    write.committed(&[rows(&[(1, 1), (1, 2)])]).unwrap();
    assert_eq!(there("fresh"), [(1, 2)]);
}

/// Mutation tried: `publish` does not look for the token; red.
#[test]
fn the_same_token_publishes_once_also_from_another_session() {
    let write = Write { place: "once", token: "1", mode: WriteMode::Append };
    assert_eq!(opened().committed(&write.token()).unwrap(), CommitStatus::Unknown);
    let first = write.committed(&[rows(&[(1, 1)])]).unwrap();
    assert_eq!(write.committed(&[rows(&[(1, 1)])]).unwrap(), first);
    assert_eq!(there("once"), [(1, 1)]);
    assert_eq!(opened().committed(&write.token()).unwrap(), CommitStatus::Committed);
}

#[test]
fn what_is_staged_is_invisible_and_an_abort_leaves_nothing() {
    let write = Write { place: "staged", token: "1", mode: WriteMode::Replace };
    let writer = write.begun(&[rows(&[(1, 1)])]).unwrap();
    assert!(client::table("staged").is_none());
    writer.abort().unwrap();
    drop(write.begun(&[rows(&[(1, 1)])]).unwrap());
    assert!(client::table("staged").is_none());
    assert_eq!(opened().committed(&write.token()).unwrap(), CommitStatus::Unknown);
}

/// Mutation tried: `publish` takes the table out before the new rows are made; red.
#[test]
fn a_write_that_fails_leaves_what_was_there() {
    let replace = Write { place: "kept", token: "1", mode: WriteMode::Replace };
    replace.committed(&[rows(&[(1, 1)])]).unwrap();
    let null = json!([{"k": null, "v": 1}]);
    let columns = json!({"k": "BIGINT", "v": "BIGINT"});
    let null = inline::batch(&null, columns.as_object().unwrap()).unwrap();
    let upsert = Write { place: "kept", token: "2", mode: WriteMode::Upsert };
    assert_eq!(upsert.committed(&[null]).unwrap_err().kind(), ErrorKind::Data);
    let other = inline::batch(&json!([{"k": 1}]), &Map::new()).unwrap();
    let append = Write { place: "kept", token: "3", mode: WriteMode::Append };
    assert_eq!(append.committed(&[other]).unwrap_err().kind(), ErrorKind::Schema);
    let record = CommitRecord { token: replace.token(), rows: 5, watermark: None };
    let short = Write { place: "kept", token: "4", mode: WriteMode::Replace };
    let writer = short.begun(&[rows(&[(9, 9)])]).unwrap();
    assert_eq!(writer.commit(&record).unwrap_err().kind(), ErrorKind::Bug);
    assert_eq!(there("kept"), [(1, 1)]);
}

/// Each state of the table has rows of one value only.
#[test]
fn a_concurrent_reader_sees_the_old_rows_or_the_new() {
    let writing = thread::spawn(|| {
        for version in 0..200 {
            let token = version.to_string();
            let write = Write { place: "busy", token: &token, mode: WriteMode::Replace };
            write.committed(&[rows(&[(1, version)]), rows(&[(2, version)])]).unwrap();
        }
    });
    while !writing.is_finished() {
        if client::table("busy").is_some() {
            let rows = there("busy");
            assert_eq!(rows, [(1, rows[0].1), (2, rows[0].1)]);
        }
    }
    writing.join().unwrap();
}

#[test]
fn what_is_there_is_described() {
    Write { place: "described", token: "1", mode: WriteMode::Replace }
        .committed(&[rows(&[(1, 1)])])
        .unwrap();
    let mut destination = opened();
    let schema = destination.describe(&Place("described".to_owned())).unwrap();
    assert_eq!(schema, Some(Arc::clone(rows(&[]).schema_ref())));
    assert_eq!(destination.describe(&Place("nothing".to_owned())).unwrap(), None);
}
