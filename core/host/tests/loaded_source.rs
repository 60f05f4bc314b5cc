//! The guarded handle of a source, over a plugin written in C.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{sync::Arc, thread, time::Duration};

use arrow::{array::AsArray, datatypes::Int64Type};
use serde_json::{Value, json};
use sqlflow_host::{Plugins, SearchPath, SourceRegistry};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, Error, ErrorKind, Partition, ReadRequest, Retry, StreamName,
};
use support::{Loaded, Recipe, folder, object};

fn request() -> ReadRequest {
    ReadRequest::of(StreamName::from("numbers"))
}

fn partition(number: u32) -> Partition {
    Partition { id: format!("p{number}"), payload: json!(number) }
}

fn read(config: Value) -> (Loaded, Result<Box<dyn BatchStream>, Error>) {
    let loaded = Loaded::new(&Recipe::default());
    let mut source = loaded.source(config).unwrap();
    let stream = source.read(&request(), &partition(2));
    (loaded, stream)
}

fn stream(config: Value) -> (Loaded, Box<dyn BatchStream>) {
    let (loaded, stream) = read(config);
    (loaded, stream.unwrap())
}

fn next(stream: &mut Box<dyn BatchStream>) -> Result<Option<Vec<i64>>, Error> {
    let batch = stream.next_batch()?;
    Ok(batch.map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec()))
}

#[test]
fn a_plugin_written_in_c_is_a_source_like_any_other() {
    let loaded = Loaded::new(&Recipe::default());
    let mut source = loaded.source(json!({"partitions": 2, "batches": 2})).unwrap();
    assert_eq!(source.check().unwrap().items[0].name, "reach");
    let schema = source.schema(&StreamName::from("numbers")).unwrap();
    assert_eq!(schema.field(0).name(), "n");
    let plan = source.plan(&request()).unwrap();
    assert_eq!(plan.partitions, [partition(0), partition(1)]);
    let mut rows = source.read(&request(), &plan.partitions[1]).unwrap();
    assert_eq!(rows.schema(), schema);
    assert_eq!(next(&mut rows), Ok(Some(vec![100, 101, 102])));
    assert_eq!(rows.checkpoint().unwrap(), Some(json!(1)));
    assert_eq!(next(&mut rows), Ok(Some(vec![110, 111, 112])));
    assert_eq!(next(&mut rows), Ok(None));
    assert_eq!(next(&mut rows), Ok(None), "the end is final");
}

/// Mutation tried: a `LoadedStream` holds no reader, and with it no session; red.
#[test]
fn a_session_stays_open_until_its_last_stream_is_gone() {
    let (loaded, mut rows) = stream(json!({"batches": 1}));
    assert_eq!(next(&mut rows), Ok(Some(vec![200, 201, 202])));
    assert!(loaded.said.try_recv().is_err());
    drop(rows);
    assert_eq!(loaded.said.try_iter().collect::<Vec<_>>(), ["released", "closed"]);
}

#[test]
fn an_error_in_the_middle_of_a_stream_comes_whole() {
    let (_loaded, mut rows) = stream(json!({"batches": 3, "fail_at": 1}));
    assert_eq!(next(&mut rows), Ok(Some(vec![200, 201, 202])));
    let error = next(&mut rows).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Limited, "quota"));
    assert_eq!((error.code(), error.remedy()), (Some("X1"), Some("wait")));
    assert_eq!(error.retry(), Retry::After(Duration::from_secs(2)));
    assert_eq!(error.context(), [("connector".to_owned(), "numbers".to_owned())]);
}

/// Mutation tried: `next_batch` does not keep its failure (the plugin goes on behind it, and an
/// earlier version said the end had come); red.
#[test]
fn a_failed_stream_never_looks_like_one_that_has_ended() {
    for failure in ["fail_at", "wrong_columns_at", "hollow_at"] {
        let (_loaded, mut rows) = stream(json!({"batches": 3, failure: 1}));
        assert_eq!(next(&mut rows), Ok(Some(vec![200, 201, 202])));
        let error = next(&mut rows).unwrap_err();
        assert_eq!(next(&mut rows), Err(error.clone()), "{failure}");
        assert_eq!(next(&mut rows), Err(error), "{failure}");
    }
}

/// Mutation tried: `batch` does not count the columns; red.
#[test]
fn a_batch_of_other_columns_than_its_schema_is_refused() {
    let (_loaded, mut rows) = stream(json!({"batches": 1, "wrong_columns_at": 0}));
    let error = next(&mut rows).unwrap_err();
    assert_eq!(error.code(), Some("SF0410"));
    assert_eq!(error.message(), "the plugin breaks the contract: a batch has 2 columns, not 1");
}

/// Mutation tried: `contain` calls `read` bare; arrow's assertion takes the thread down; red.
#[test]
fn a_batch_without_its_buffers_is_an_error_and_no_panic() {
    let (_loaded, mut rows) = stream(json!({"batches": 1, "hollow_at": 0}));
    assert_eq!(next(&mut rows).unwrap_err().code(), Some("SF0410"));
}

#[test]
fn an_error_text_that_is_no_json_is_quoted() {
    let (_loaded, mut rows) = stream(json!({"fail_at": 0, "text": "garbage"}));
    let error = next(&mut rows).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Bug);
    assert!(error.message().ends_with("\u{fffd}\u{fffd} no json"), "{error:?}");
}

#[test]
fn a_stream_that_fails_without_an_error_breaks_the_contract() {
    let (_loaded, mut rows) = stream(json!({"fail_at": 0, "text": "no error"}));
    let error = next(&mut rows).unwrap_err();
    assert_eq!(error.message(), "the plugin breaks the contract: a stream failed without an error");
}

#[test]
fn a_schema_that_was_not_written_breaks_the_contract() {
    let loaded = Loaded::new(&Recipe::default());
    let mut source = loaded.source(json!({"text": "no schema"})).unwrap();
    let error = source.schema(&StreamName::from("numbers")).unwrap_err();
    assert_eq!(error.message(), "the plugin breaks the contract: it gave no schema");
    let error = read(json!({"text": "mute"})).1.err().unwrap();
    assert_eq!(error.message(), "the plugin breaks the contract: a stream has no schema");
}

/// Mutation tried: `LoadedStream::open` registers no hook; the test never ends.
#[test]
fn cancel_wakes_a_stream_that_waits_in_the_plugin() {
    let (loaded, mut rows) = stream(json!({"batches": 1, "wait_at": 0}));
    let cancel = rows.cancel_token();
    let pulling = thread::spawn(move || next(&mut rows));
    assert_eq!(loaded.said.recv().unwrap(), "waiting");
    cancel.cancel();
    let error = pulling.join().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

#[test]
fn cancelling_the_token_of_a_source_cancels_its_session_once() {
    let loaded = Loaded::new(&Recipe::default());
    let cancel = CancelToken::new();
    let source = loaded.source_until(json!({}), &cancel).unwrap();
    cancel.cancel();
    cancel.cancel();
    assert_eq!(loaded.said.try_iter().collect::<Vec<_>>(), ["cancelled"]);
    drop(source);
    assert_eq!(loaded.said.try_iter().collect::<Vec<_>>(), ["closed"]);
}

/// Mutation tried: the session's hook holds it strongly; red, as nothing is closed.
#[test]
fn a_token_that_outlives_its_source_neither_keeps_nor_touches_it() {
    let loaded = Loaded::new(&Recipe::default());
    let cancel = CancelToken::new();
    drop(loaded.source_until(json!({}), &cancel).unwrap());
    cancel.cancel();
    assert_eq!(loaded.said.try_iter().collect::<Vec<_>>(), ["closed"]);
}

#[test]
fn a_read_without_a_control_half_has_no_checkpoint_and_still_ends() {
    let (_loaded, mut rows) = stream(json!({"batches": 1, "text": "no reader"}));
    assert_eq!(rows.checkpoint().unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(next(&mut rows), Ok(Some(vec![200, 201, 202])));
    assert_eq!(next(&mut rows), Ok(None));
}

#[test]
fn an_absent_entry_is_a_capability_that_is_missing() {
    let loaded = Loaded::new(&Recipe::default());
    let error = loaded.source(json!({})).unwrap().discover().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.message(), "the connector does not support discovery");
}

#[test]
fn a_source_that_refuses_its_config_says_why() {
    let loaded = Loaded::new(&Recipe::default());
    let error = loaded.source(json!({"text": "refuse"})).err().unwrap();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Auth, "refused"));
    assert_eq!(error.context(), [("connector".to_owned(), "numbers".to_owned())]);
}

#[test]
fn a_status_without_details_is_still_a_typed_error() {
    let check = |status: i32, kind: ErrorKind, message: &str| {
        let loaded = Loaded::new(&Recipe::default());
        let mut source = loaded.source(json!({"status": status})).unwrap();
        let error = source.check().unwrap_err();
        assert_eq!((error.kind(), error.message()), (kind, message));
    };
    let broken = "the plugin breaks the contract: a call failed with status";
    check(1, ErrorKind::Bug, &format!("{broken} 1 and no error"));
    check(2, ErrorKind::Bug, &format!("{broken} 2 and no error"));
    check(3, ErrorKind::Cancelled, "cancelled");
    check(4, ErrorKind::Unsupported, "the plugin speaks another connector ABI");
    check(5, ErrorKind::Unsupported, "the connector does not support this");
    check(99, ErrorKind::Bug, &format!("{broken} 99 and no error"));
}

#[test]
fn details_that_are_no_json_are_quoted() {
    let loaded = Loaded::new(&Recipe::default());
    let mut source = loaded.source(json!({"status": 1, "text": "garbage"})).unwrap();
    let error = source.check().unwrap_err();
    assert!(error.message().ends_with("\u{fffd}\u{fffd} no json"), "{error:?}");
}

/// Mutation tried: `notify` calls the sink bare; the test process aborts.
#[test]
fn a_sink_that_panics_disturbs_neither_plugin_nor_host() {
    let folder = folder();
    Recipe::default().build(folder.path(), "numbers.so");
    let search = SearchPath::new().by_hand(&[folder.path().to_owned()]);
    let plugins = Plugins::discover(search, Arc::new(|notice| panic!("{}", notice.message)));
    let registry = SourceRegistry::new(&plugins);
    let mut source = registry.open("numbers", &object(json!({})), &CancelToken::new()).unwrap();
    source.check().unwrap();
    drop(source);
    assert!(registry.open("numbers", &object(json!({})), &CancelToken::new()).is_ok());
}

/// Mutations tried: `Object::status` does not look at `panicked`; red. `Object::cancel` neither; red.
#[test]
fn a_session_that_panicked_is_only_closed() {
    let loaded = Loaded::new(&Recipe::default());
    let cancel = CancelToken::new();
    let mut source = loaded.source_until(json!({"text": "panic once"}), &cancel).unwrap();
    assert_eq!(source.check().unwrap_err().code(), Some("SF0410"));
    let error = source.check().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Bug, Some("SF0424")));
    assert_eq!(source.schema(&StreamName::from("n")).unwrap_err().code(), Some("SF0424"));
    cancel.cancel();
    drop(source);
    assert_eq!(loaded.said.try_iter().collect::<Vec<_>>(), ["called", "closed"]);
    let source = loaded.source(json!({}));
    source.unwrap().check().unwrap();
}

/// Mutations tried: `shape::check` says yes to everything: "endless batch" and others red;
/// `batch` does not validate: "no values" red.
#[test]
fn a_batch_that_declares_what_cannot_be_is_an_error() {
    for (lie, message) in [
        ("negative length", "has a length or offset that cannot be"),
        ("negative offset", "has a length or offset that cannot be"),
        ("endless offset", "has a length or offset that cannot be"),
        ("endless batch", "has a length or offset that cannot be"),
        ("many nulls", "counts more nulls than values"),
        ("no buffers", "has no pointers to its buffers or columns"),
        ("no column", "has a column that is null"),
        ("released column", "has a column that was released"),
        ("a dictionary", "has a dictionary its type does not have"),
        ("a child", "has no pointers to its buffers or columns"),
        ("short column", "is not of its schema"),
        ("no values", "is not of its schema"),
    ] {
        let (_loaded, mut rows) = stream(json!({"batches": 2, "text": lie}));
        let error = next(&mut rows).unwrap_err();
        assert_eq!(error.code(), Some("SF0410"), "{lie}");
        let told = format!("the plugin breaks the contract: a batch {message}");
        assert_eq!(error.message(), told, "{lie}");
        assert_eq!(next(&mut rows), Err(error), "{lie}");
    }
}

/// Mutation tried: `find_entry` takes the symbol for a header of ours; the process crashes.
#[test]
fn a_plugin_with_a_header_of_another_kind_is_loaded_by_its_c_symbol_with_a_notice() {
    let loaded = Loaded::new(&Recipe::default().define("STRANGE_HEADER", "1"));
    loaded.source(json!({})).unwrap().check().unwrap();
    let said: Vec<String> = loaded.said.try_iter().collect();
    let notice = "built with an sdk whose types cannot be compared with this host's";
    assert_eq!(said, [notice, "closed"]);
}
