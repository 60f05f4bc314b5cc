//! The exported table of a destination, driven as a host drives it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unsafe_code, reason = "the table is C")]

mod support;

use arrow::datatypes::Schema;
use serde_json::json;
use sqlflow_plugin_abi::{ArrowSchema, STATUS_CANCELLED, STATUS_ERROR, STATUS_OK, STATUS_PANIC};
use sqlflow_plugin_sdk::ErrorKind;
use support::{
    Answer,
    destination::{Destination, Writing},
    scripted,
};

fn panicking(place: &str) -> Destination {
    Destination::open(&json!({"panics": place})).unwrap()
}

fn boom(place: &str) -> String {
    format!("the plugin panicked: boom in {place}")
}

#[test]
fn a_write_stages_and_commits_every_batch() {
    let destination = Destination::open(&json!({})).unwrap();
    let writing = destination.begin().unwrap();
    assert_eq!(writing.write(&[1, 2]).status, STATUS_OK);
    assert_eq!(writing.write(&[3]).status, STATUS_OK);
    assert_eq!(writing.commit().json()["rows"], json!(3));
    writing.close();
    assert_eq!(destination.close(), ["committed", "dropped"]);
}

#[test]
fn the_other_calls_answer_in_the_form_of_the_contract() {
    let destination = Destination::open(&json!({})).unwrap();
    assert_eq!(destination.check().json(), json!({"items": []}));
    let (answer, schema) = destination.describe("\"there\"");
    assert_eq!(answer.status, STATUS_OK);
    assert_eq!(Schema::try_from(&schema).unwrap(), *scripted::schema());
    let (answer, schema) = destination.describe("\"elsewhere\"");
    assert_eq!(answer.status, STATUS_OK);
    // SAFETY: both types are the `ArrowSchema` of the C data interface.
    let release = unsafe { (*(&raw const schema).cast::<ArrowSchema>()).release };
    assert!(release.is_none(), "left released, as nothing is there");
    assert_eq!(destination.apply().status, STATUS_OK);
    assert_eq!(destination.committed("\"known\"").json(), json!("committed"));
    assert_eq!(destination.committed("\"other\"").json(), json!("unknown"));
    assert_eq!(destination.recover().json(), json!(null));
    destination.close();
}

#[test]
fn a_panic_in_open_becomes_an_error_with_its_text() {
    let answer = Destination::open(&json!({"panics": "open"})).err().unwrap();
    assert_eq!(answer.failure(), (STATUS_PANIC, boom("open").as_str()));
}

/// Mutation tried: `entry_of` forgets the panic (`entry` in its place); red.
#[test]
fn after_a_panic_every_call_of_the_session_fails_the_same_way() {
    type Call = fn(&Destination) -> Answer;
    let calls: [(&str, Call); 6] = [
        ("check", Destination::check),
        ("describe", |destination| destination.describe("\"p\"").0),
        ("apply", Destination::apply),
        ("begin", |destination| destination.begin().err().unwrap()),
        ("committed", |destination| destination.committed("\"t\"")),
        ("recover", Destination::recover),
    ];
    for (place, first) in calls {
        let destination = panicking(place);
        let text = boom(place);
        assert_eq!(first(&destination).failure(), (STATUS_PANIC, text.as_str()));
        for (_, call) in calls {
            assert_eq!(call(&destination).failure(), (STATUS_PANIC, text.as_str()));
        }
        destination.close();
    }
}

/// Half a batch may be staged when a write panics: it must not be published.
///
/// Mutation tried: `entry_of` forgets the panic (`entry` in its place); red.
#[test]
fn a_write_that_panicked_can_not_be_committed() {
    let destination = panicking("write");
    let writing = destination.begin().unwrap();
    let text = boom("write");
    assert_eq!(writing.write(&[1]).failure(), (STATUS_PANIC, text.as_str()));
    assert_eq!(writing.write(&[2]).failure(), (STATUS_PANIC, text.as_str()));
    assert_eq!(writing.commit().failure(), (STATUS_PANIC, text.as_str()));
    assert_eq!(writing.abort().failure(), (STATUS_PANIC, text.as_str()));
    writing.close();
    assert_eq!(destination.check().status, STATUS_OK, "the session is another object");
    assert_eq!(destination.close(), ["dropped"]);
}

#[test]
fn a_panic_in_commit_or_abort_becomes_an_error() {
    for (place, end) in
        [("commit", Writing::commit as fn(&Writing) -> Answer), ("abort", Writing::abort)]
    {
        let destination = panicking(place);
        let writing = destination.begin().unwrap();
        assert_eq!(end(&writing).failure(), (STATUS_PANIC, boom(place).as_str()));
        assert_eq!(end(&writing).failure(), (STATUS_PANIC, boom(place).as_str()));
        writing.close();
        assert_eq!(destination.close(), ["dropped"]);
    }
}

/// Mutation tried: `writer_close` drops without `silent`; the test process aborts.
#[test]
fn a_panic_while_dropping_goes_no_further() {
    panicking("drop").close();
    let destination = panicking("drop_writer");
    destination.begin().unwrap().close();
    assert_eq!(destination.check().status, STATUS_OK);
    assert_eq!(destination.close(), ["dropped"]);
}

/// Mutation tried: `commit` leaves the writer in its place; red.
#[test]
fn a_write_ends_once() {
    type End = fn(&Writing) -> Answer;
    let ends: [(&str, End); 2] = [("committed", Writing::commit), ("aborted", Writing::abort)];
    for (event, first) in ends {
        let destination = Destination::open(&json!({})).unwrap();
        let writing = destination.begin().unwrap();
        assert_eq!(first(&writing).status, STATUS_OK);
        for (_, again) in ends {
            assert_eq!(again(&writing).failure(), (STATUS_ERROR, "the write has ended already"));
        }
        assert_eq!(writing.write(&[1]).failure(), (STATUS_ERROR, "the write has ended already"));
        writing.close();
        assert_eq!(destination.close(), [event, "dropped"]);
    }
}

#[test]
fn closing_a_write_that_did_not_end_publishes_nothing() {
    let destination = Destination::open(&json!({})).unwrap();
    let writing = destination.begin().unwrap();
    assert_eq!(writing.write(&[1]).status, STATUS_OK);
    writing.close();
    assert_eq!(destination.close(), ["dropped"]);
}

#[test]
fn a_failed_write_keeps_its_error_whole() {
    let config = json!({"fails": "write", "kind": "permission", "message": "no\0room"});
    let destination = Destination::open(&config).unwrap();
    let writing = destination.begin().unwrap();
    let answer = writing.write(&[1]);
    assert_eq!(answer.failure(), (STATUS_ERROR, "no\0room"));
    let error = answer.error.unwrap();
    assert_eq!((error.kind(), error.remedy()), (ErrorKind::Permission, Some("try again")));
    writing.close();
    destination.close();
}

#[test]
fn a_cancelled_write_takes_no_more_rows() {
    let destination = Destination::open(&json!({})).unwrap();
    let writing = destination.begin().unwrap();
    writing.cancel();
    assert_eq!(writing.write(&[1]).failure(), (STATUS_CANCELLED, "cancelled"));
    assert_eq!(writing.abort().status, STATUS_OK);
    writing.close();
    assert_eq!(destination.close(), ["aborted", "dropped"]);
}

#[test]
fn a_request_that_cannot_be_read_is_an_error_and_no_panic() {
    let destination = Destination::open(&json!({})).unwrap();
    for token in ["", "{", "{}"] {
        let answer = destination.committed(token);
        assert_eq!(answer.failure().0, STATUS_ERROR, "{token}");
    }
    destination.close();
}
