//! The exported table of a source, driven as a host drives it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unsafe_code, reason = "the table is C")]

mod support;

use std::thread;

use arrow::datatypes::{DataType, Schema};
use serde_json::json;
use sqlflow_plugin_abi::{
    Buf, Reader, STATUS_CANCELLED, STATUS_ERROR, STATUS_OK, STATUS_PANIC, STATUS_UNSUPPORTED,
    Status,
};
use sqlflow_plugin_sdk::ErrorKind;
use support::{
    Answer,
    source::{REQUEST, Source, table},
};

fn panicking(place: &str) -> Source {
    Source::open(&json!({"panics": place})).unwrap()
}

#[test]
fn every_call_answers_in_the_form_of_the_contract() {
    let source = Source::open(&json!({})).unwrap();
    let report = json!({"items": [{"name": "reach", "ok": true, "message": "there"}]});
    assert_eq!(source.check().json(), report);
    assert_eq!(source.discover().json()[0]["name"], json!("numbers"));
    assert_eq!(source.plan(REQUEST).json()["partitions"][0]["id"], json!("all"));
    let schema = Schema::try_from(&source.schema().1).unwrap();
    assert_eq!(schema.field(0).data_type(), &DataType::Int64);
    let mut rows = source.read().unwrap();
    assert_eq!(rows.schema().unwrap(), schema);
    let mut numbers = Vec::new();
    while let Some(batch) = rows.next().unwrap() {
        numbers.extend(batch);
    }
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(rows.next(), Ok(None), "the end is final");
    rows.end();
    source.close();
}

/// Mutation tried: `contain` calls without `catch_unwind`; the test process aborts.
#[test]
fn a_panic_in_open_becomes_an_error_with_its_text() {
    let answer = Source::open(&json!({"panics": "open"})).err().unwrap();
    assert_eq!(answer.failure(), (STATUS_PANIC, "the plugin panicked: boom in open"));
}

/// Mutation tried: `entry_of` forgets the panic (`entry` in its place); red.
#[test]
fn after_a_panic_every_call_of_the_session_fails_the_same_way() {
    type Call = fn(&Source) -> Answer;
    let calls: [(&str, Call); 5] = [
        ("check", Source::check),
        ("discover", Source::discover),
        ("schema", |source| source.schema().0),
        ("plan", |source| source.plan(REQUEST)),
        ("read", |source| source.read().err().unwrap()),
    ];
    for (place, first) in calls {
        let source = panicking(place);
        let text = format!("the plugin panicked: boom in {place}");
        assert_eq!(first(&source).failure(), (STATUS_PANIC, text.as_str()));
        for (_, call) in calls {
            assert_eq!(call(&source).failure(), (STATUS_PANIC, text.as_str()));
        }
        source.close();
    }
}

/// Mutation tried: `answer` does not keep the failure; red.
#[test]
fn a_panic_in_a_stream_is_its_error_for_ever_and_never_an_end() {
    let source = panicking("next_batch");
    let mut rows = source.read().unwrap();
    assert_eq!(rows.next().unwrap(), Some(vec![1, 2]));
    let error = rows.next().unwrap_err();
    assert_eq!(error.message(), "the plugin panicked: boom in next_batch");
    assert_eq!(rows.next().unwrap_err(), error);
    assert_eq!(rows.schema().unwrap_err(), error);
    let (status, message) = (rows.checkpoint().status, rows.checkpoint().error.unwrap());
    assert_eq!((status, message.message()), (STATUS_ERROR, "the plugin panicked in this stream"));
    rows.end();
    assert_eq!(source.check().status, STATUS_OK, "the session is another object");
    source.close();
}

/// Mutation tried: `lock` takes a poisoned stream; red.
#[test]
fn a_panic_in_checkpoint_spoils_its_stream() {
    let source = panicking("checkpoint");
    let mut rows = source.read().unwrap();
    assert_eq!(rows.next().unwrap(), Some(vec![1, 2]));
    let answer = rows.checkpoint();
    assert_eq!(answer.failure(), (STATUS_PANIC, "the plugin panicked: boom in checkpoint"));
    let error = rows.next().unwrap_err();
    assert_eq!(error.message(), "the plugin panicked in this stream");
    rows.end();
    source.close();
}

#[test]
fn a_panic_in_a_streams_schema_is_an_error() {
    let source = panicking("stream_schema");
    let mut rows = source.read().unwrap();
    let error = rows.schema().unwrap_err();
    assert_eq!(error.message(), "the plugin panicked: boom in stream_schema");
    rows.end();
    source.close();
}

/// Mutation tried: `close` drops without `silent`; the test process aborts.
#[test]
fn a_panic_while_dropping_goes_no_further() {
    panicking("drop").close();
    let source = panicking("drop_stream");
    source.read().unwrap().end();
    assert_eq!(source.check().status, STATUS_OK);
    source.close();
}

#[test]
fn a_failure_keeps_its_text_whatever_is_in_it_up_to_64_kib() {
    let bound = "x".repeat(64 << 10);
    let megabyte = "x".repeat(1 << 20);
    let cut = format!("{bound}… (983040 bytes left out)");
    for (message, crosses) in [
        ("nul \0 inside", "nul \0 inside"),
        ("\u{1f600} \u{7f} \"quoted\"\n", "\u{1f600} \u{7f} \"quoted\"\n"),
        (&bound, &bound),
        (&megabyte, &cut),
    ] {
        let config = json!({"fails": "next_batch", "kind": "limited", "message": message});
        let source = Source::open(&config).unwrap();
        let mut rows = source.read().unwrap();
        assert_eq!(rows.next().unwrap(), Some(vec![1, 2]));
        let error = rows.next().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limited);
        assert!(error.message() == crosses, "{} bytes crossed", error.message().len());
        assert_eq!(error.remedy(), Some("try again"));
        assert_eq!(error.causes(), ["caf\u{fffd}"]);
        assert_eq!(rows.next().unwrap_err(), error);
        rows.end();
        source.close();
    }
}

/// Mutation tried: `catch` drops the payload; the test process aborts.
#[test]
fn a_panic_whose_payload_panics_again_becomes_an_error() {
    let config = json!({"panics": "next_batch", "message": "a payload that panics"});
    let source = Source::open(&config).unwrap();
    let mut rows = source.read().unwrap();
    assert_eq!(rows.next().unwrap(), Some(vec![1, 2]));
    assert_eq!(rows.next().unwrap_err().message(), "the plugin panicked: no message");
    rows.end();
    source.close();
}

/// Mutation tried: `contain` calls without `catch_unwind`; the test process aborts.
#[test]
fn an_error_that_cannot_be_shown_becomes_another() {
    let source = Source::open(&json!({"fails": "check", "message": "unprintable"})).unwrap();
    let answer = source.check();
    let (status, message) = answer.failure();
    assert_eq!(status, STATUS_PANIC);
    assert!(message.starts_with("the plugin panicked: a Display implementation"), "{message}");
    source.close();
}

#[test]
fn a_panic_in_a_thread_of_the_plugin_leaves_the_session_in_use() {
    let source = Source::open(&json!({"panics": "check", "message": "in a thread"})).unwrap();
    assert_eq!(source.check().status, STATUS_OK);
    assert_eq!(source.discover().status, STATUS_OK);
    source.close();
}

#[test]
fn the_status_says_what_kind_of_failure_it_is() {
    let check = |kind: &str, expect: Status| {
        let config = json!({"fails": "check", "kind": kind, "message": "m"});
        let source = Source::open(&config).unwrap();
        assert_eq!(source.check().failure(), (expect, "m"), "{kind}");
        source.close();
    };
    check("config", STATUS_ERROR);
    check("unavailable", STATUS_ERROR);
    check("cancelled", STATUS_CANCELLED);
    check("unsupported", STATUS_UNSUPPORTED);
}

#[test]
fn a_failed_call_leaves_the_session_in_use() {
    let source = Source::open(&json!({"fails": "check", "message": "m"})).unwrap();
    assert_eq!(source.check().status, STATUS_ERROR);
    assert_eq!(source.discover().status, STATUS_OK);
    source.close();
}

#[test]
fn a_message_that_is_no_json_is_an_error() {
    let source = Source::open(&json!({})).unwrap();
    for request in ["", "{", "[]", "{\"stream\":1}"] {
        let (status, message) = (source.plan(request).status, source.plan(request).error.unwrap());
        assert_eq!(status, STATUS_ERROR, "{request}");
        assert_eq!(message.message(), "the host sent a message the plugin cannot read");
    }
    source.close();
}

#[test]
fn a_config_the_spec_refuses_is_a_config_error() {
    let answer = Source::open(&json!({"panic": "x"})).err().unwrap();
    assert_eq!(answer.failure(), (STATUS_ERROR, "unknown option `panic`"));
    assert_eq!(answer.error.unwrap().kind(), ErrorKind::Config);
}

#[test]
fn a_checkpoint_covers_exactly_the_batches_returned() {
    let source = Source::open(&json!({})).unwrap();
    let mut rows = source.read().unwrap();
    for after in [0, 2, 4] {
        assert_eq!(rows.checkpoint().json(), json!({"after": after}));
        rows.next().unwrap();
    }
    rows.end();
    source.close();
}

/// Mutation tried: `reader_cancel` does nothing; the test never ends.
#[test]
fn cancel_wakes_a_stream_that_waits() {
    let source = Source::open(&json!({"waits": "next_batch"})).unwrap();
    let mut rows = source.read().unwrap();
    let reader = rows.reader as usize;
    let pulling = thread::spawn(move || {
        let error = rows.next().unwrap_err();
        (rows, error)
    });
    assert_eq!(source.events.recv().unwrap(), "waiting");
    // SAFETY: the reader is open, and `cancel` may be called at any time.
    unsafe { table().reader_cancel.unwrap()(reader as *mut Reader) };
    let (mut rows, error) = pulling.join().unwrap();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(rows.next().unwrap_err().kind(), ErrorKind::Cancelled);
    rows.end();
    source.close();
}

#[test]
fn a_cancelled_stream_yields_nothing_more() {
    let source = Source::open(&json!({})).unwrap();
    let mut rows = source.read().unwrap();
    // SAFETY: as above.
    unsafe { table().reader_cancel.unwrap()(rows.reader) };
    assert_eq!(rows.next().unwrap_err().kind(), ErrorKind::Cancelled);
    rows.end();
    source.close();
}

/// Mutation tried: `next` does not check the types; the host reads beyond the batch; red.
#[test]
fn a_batch_of_another_type_than_its_schema_is_refused() {
    let source = Source::open(&json!({"lies": true})).unwrap();
    let mut rows = source.read().unwrap();
    let error = rows.next().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Bug);
    assert_eq!(error.message(), "a batch is not of the schema that its stream declares");
    rows.end();
    source.close();
}

/// Mutation tried: `release` leaves the buffer as it is; a double free; the test aborts.
#[test]
fn releasing_a_buffer_twice_frees_it_once() {
    let source = Source::open(&json!({})).unwrap();
    let (mut out, mut err) = (Buf::EMPTY, Buf::EMPTY);
    // SAFETY: see `Source`.
    let status = unsafe { table().check.unwrap()(source.session, &raw mut out, &raw mut err) };
    assert_eq!(status, STATUS_OK);
    let release = out.release.unwrap();
    for _ in 0..2 {
        // SAFETY: the buffer is the plugin's; a second call finds it empty.
        unsafe { release(&raw mut out) };
        assert!(out.ptr.is_null() && out.len == 0 && out.release.is_none());
    }
    source.close();
}

#[test]
fn a_stream_outlives_its_reader_and_its_session() {
    let source = Source::open(&json!({})).unwrap();
    let mut rows = source.read().unwrap();
    // SAFETY: closed once, and the reader is not used again.
    unsafe { table().reader_close.unwrap()(rows.reader) };
    source.close();
    assert_eq!(rows.next().unwrap(), Some(vec![1, 2]));
    // SAFETY: released once.
    unsafe { rows.rows.release.unwrap()(&raw mut rows.rows) };
}
