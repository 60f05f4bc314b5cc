//! Writes to another side that is slow or down: nothing is written twice.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use sqlflow_plugin_sdk::{
    CommitRecord, CommitStatus, CommitToken, Error, ErrorKind, Place, Result, WriteMode,
    WriteReport, WriteRequest,
};
use support::{
    batches::{batch, schema},
    faulty::{Guarded, attempts, down},
};

fn request() -> WriteRequest {
    WriteRequest {
        place: Place("numbers".to_owned()),
        mode: WriteMode::Append,
        keys: Vec::new(),
        token: CommitToken("token".to_owned()),
        schema: schema(),
    }
}

/// Writes one row; `errors` are what commit and the asking after it fail with.
fn commit(guarded: &Guarded, errors: Vec<Option<Error>>) -> Result<WriteReport> {
    let mut destination = guarded.destination().unwrap();
    let mut writer = destination.begin(&request()).unwrap();
    writer.write(batch(1)).unwrap();
    guarded.side.fails(errors);
    let record = CommitRecord { token: request().token, rows: 1, watermark: None };
    writer.commit(&record)
}

/// Mutation tried: `begin` is called once; red.
#[test]
fn beginning_a_write_is_tried_again() {
    let guarded = Guarded::new(attempts(3));
    let mut destination = guarded.destination().unwrap();
    guarded.side.fails([Some(down())]);
    destination.begin(&request()).unwrap();
    assert_eq!(guarded.side.heard(), ["open", "begin", "open", "begin"]);
    assert_eq!(guarded.recovered("session"), 1);
}

/// Mutation tried: `write` goes by the connection's own number of attempts; red.
#[test]
fn a_batch_is_never_written_twice() {
    let guarded = Guarded::new(attempts(3));
    let mut destination = guarded.destination().unwrap();
    let mut writer = destination.begin(&request()).unwrap();
    guarded.side.fails([Some(down())]);
    assert_eq!(writer.write(batch(1)).unwrap_err(), down());
    assert_eq!(guarded.side.count("write"), 1);
}

/// Mutation tried: a failed commit is told as it is; red.
#[test]
fn a_commit_whose_answer_was_lost_is_asked_for() {
    let guarded = Guarded::new(attempts(3));
    *guarded.side.status.lock().unwrap() = Some(CommitStatus::Committed);
    // The question is lost once too.
    let report = commit(&guarded, vec![Some(down()), None, Some(down())]).unwrap();
    assert_eq!((report.rows, report.warnings.len()), (1, 1));
    assert_eq!(guarded.side.count("commit"), 1, "a commit is never repeated");
    assert_eq!(guarded.recovered("commit"), 1);
}

/// Mutation tried: `Unknown` passes for committed; red.
#[test]
fn a_commit_that_is_not_known_to_have_happened_has_failed() {
    for status in [Some(CommitStatus::Aborted), Some(CommitStatus::Unknown), None] {
        let guarded = Guarded::new(attempts(3));
        *guarded.side.status.lock().unwrap() = status;
        let error = commit(&guarded, vec![Some(down())]).unwrap_err();
        assert_eq!(error.message(), "it is down", "{status:?}");
        assert_eq!((guarded.side.count("commit"), guarded.recovered("commit")), (1, 0));
    }
}

#[test]
fn a_commit_that_was_refused_is_not_asked_for() {
    let guarded = Guarded::new(attempts(3));
    *guarded.side.status.lock().unwrap() = Some(CommitStatus::Committed);
    let refused = Error::new(ErrorKind::Data, "a row is no good");
    assert_eq!(commit(&guarded, vec![Some(refused.clone())]).unwrap_err(), refused);
    assert_eq!(guarded.side.count("committed"), 0);
}

/// A destination in use keeps its writers when its session is opened again.
#[test]
fn asking_and_checking_are_tried_again() {
    let guarded = Guarded::new(attempts(2));
    *guarded.side.status.lock().unwrap() = Some(CommitStatus::Unknown);
    let mut destination = guarded.destination().unwrap();
    guarded.side.fails([Some(down()), None, None, Some(down())]);
    destination.check().unwrap();
    destination.committed(&request().token).unwrap();
    destination.recover(&request().place, &[]).unwrap();
    assert_eq!((guarded.side.count("check"), guarded.side.count("committed")), (2, 2));
}
