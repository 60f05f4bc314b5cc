//! Streams that break while they are read.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use sqlflow_host::{Feed, FeedOptions, Pulled, Rate, Resilience};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, Error, ErrorKind, Partition, ReadRequest, Result, StreamName,
};
use support::{
    batches::number,
    faulty::{Guarded, SECOND, Stream, attempts, refused},
};

/// More rows than any stream here has.
const MANY: usize = 1_000;

fn request() -> ReadRequest {
    ReadRequest::of(StreamName::from("numbers"))
}

fn partition() -> Partition {
    Partition { id: "all".to_owned(), payload: ().into() }
}

fn open(guarded: &Guarded, checkpoints: bool) -> Box<dyn BatchStream> {
    guarded.source_with(checkpoints).unwrap().read(&request(), &partition()).unwrap()
}

/// The numbers that come, and how the stream ends.
fn rest(stream: &mut dyn BatchStream) -> (Vec<i64>, Result<()>) {
    let mut numbers = Vec::new();
    loop {
        assert!(numbers.len() < MANY, "it never ends");
        match stream.next_batch() {
            Ok(Some(batch)) => numbers.push(number(&batch)),
            Ok(None) => return (numbers, Ok(())),
            Err(error) => return (numbers, Err(error)),
        }
    }
}

fn numbers(batches: i64) -> Vec<i64> {
    (0..batches).collect()
}

/// Mutations tried: the stream is read again from its beginning; only the first checkpoint is kept;
/// red.
#[test]
fn a_source_that_dies_after_every_kth_batch_yields_every_row_once() {
    const BATCHES: i64 = 12;
    for dies_after in 1..=BATCHES + 1 {
        let guarded = Guarded::new(attempts(2));
        *guarded.side.stream.lock().unwrap() =
            Stream { batches: BATCHES, dies_after: Some(dies_after), ..Stream::default() };
        let mut stream = open(&guarded, true);
        assert_eq!(rest(stream.as_mut()), (numbers(BATCHES), Ok(())), "{dies_after}");
        // It dies once more at its very end where the last reading yields as many as that.
        let deaths = usize::try_from(BATCHES / dies_after).unwrap();
        assert_eq!(guarded.recovered("stream"), deaths, "{dies_after}");
    }
}

/// Mutation tried: a stream without checkpoints is begun again at any time; rows come twice.
#[test]
fn a_stream_that_cannot_resume_is_not_read_again_once_rows_have_come() {
    for (checkpoints, no_state) in [(false, false), (true, true)] {
        let guarded = Guarded::new(attempts(3));
        *guarded.side.stream.lock().unwrap() =
            Stream { batches: 5, dies_after: Some(3), no_state, ..Stream::default() };
        let (came, end) = rest(open(&guarded, checkpoints).as_mut());
        assert_eq!((came, end.unwrap_err().message()), (numbers(3), "it is down"));
        assert_eq!((guarded.side.count("read"), guarded.recovered("stream")), (1, 0));
    }
}

/// Mutation tried: a stream without checkpoints is never begun again; red.
#[test]
fn a_stream_of_which_no_row_has_come_is_read_again() {
    let guarded = Guarded::new(attempts(3));
    *guarded.side.stream.lock().unwrap() =
        Stream { batches: 5, dies_after: Some(0), deaths: Some(2), ..Stream::default() };
    assert_eq!(rest(open(&guarded, false).as_mut()), (numbers(5), Ok(())));
    assert_eq!(guarded.recovered("stream"), 2);
}

#[test]
fn a_stream_that_makes_no_progress_fails_after_its_attempts_and_stays_failed() {
    let guarded = Guarded::new(attempts(3));
    *guarded.side.stream.lock().unwrap() =
        Stream { batches: 5, dies_after: Some(0), ..Stream::default() };
    let mut stream = open(&guarded, true);
    let error = stream.next_batch().unwrap_err();
    assert_eq!(guarded.side.count("batch"), 3);
    *guarded.side.stream.lock().unwrap() = Stream::default();
    assert_eq!(stream.next_batch().unwrap_err(), error, "never an end after a failure");
}

#[test]
fn an_error_that_says_never_ends_a_stream_at_once() {
    let guarded = Guarded::new(attempts(3));
    guarded.side.stream.lock().unwrap().batches = 3;
    let mut stream = open(&guarded, true);
    stream.next_batch().unwrap();
    guarded.side.fails([Some(refused())]);
    assert_eq!(stream.next_batch().unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(guarded.side.count("read"), 1);
}

/// Mutation tried: an error of a checkpoint leaves the last state in place; a row comes twice.
#[test]
fn a_checkpoint_that_cannot_be_taken_is_none() {
    let guarded = Guarded::new(attempts(3));
    *guarded.side.stream.lock().unwrap() =
        Stream { batches: 5, dies_after: Some(2), ..Stream::default() };
    let mut stream = open(&guarded, true);
    stream.next_batch().unwrap();
    // The batch comes, its checkpoint does not.
    guarded.side.fails([None, Some(refused())]);
    let (came, end) = rest(stream.as_mut());
    assert_eq!((came, end.unwrap_err().kind()), (vec![1], ErrorKind::Unavailable));
}

/// Also where it is another one than was opened first.
///
/// Mutations tried: the stream that is begun again is not cancelled; `stopped_by` does not hear the
/// connection's own token; red.
#[test]
fn a_stream_is_cancelled_by_its_token_and_by_its_connection() {
    for by_connection in [false, true] {
        let guarded = Guarded::new(attempts(1_000_000));
        *guarded.side.stream.lock().unwrap() =
            Stream { batches: 5, dies_after: Some(0), deaths: Some(1), ..Stream::default() };
        let mut stream = open(&guarded, true);
        stream.next_batch().unwrap();
        let stop = stream.cancel_token();
        if by_connection {
            guarded.cancel.cancel()
        } else {
            stop.cancel()
        }
        let error: Error = stream.next_batch().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{by_connection}");
    }
}

/// Mutation tried: `batch` never waits for the rate; red.
#[test]
fn a_rate_that_was_asked_for_is_held_for_batches_too() {
    for (with_batches, expect) in [(true, 6 * SECOND), (false, Duration::ZERO)] {
        let rate = Some(Rate { per_minute: 60, burst: 2, with_batches });
        let guarded = Guarded::new(Resilience { rate, ..Resilience::none() });
        guarded.side.stream.lock().unwrap().batches = 5;
        // Two calls open and read; five batches and the end are six more.
        assert_eq!(rest(open(&guarded, false).as_mut()).0, numbers(5));
        let now = sqlflow_host::Clock::now(guarded.clock.as_ref());
        assert_eq!(now, expect, "with batches: {with_batches}");
    }
}

#[test]
fn a_feed_pulls_a_breaking_source_to_its_end() {
    let guarded = Guarded::new(attempts(2));
    *guarded.side.stream.lock().unwrap() =
        Stream { batches: 9, dies_after: Some(2), ..Stream::default() };
    let (source, cancel) = (guarded.source().unwrap(), CancelToken::new());
    let options = FeedOptions::default();
    let feed = Feed::start(source, request(), vec![partition()], options, &cancel).unwrap();
    let mut came = Vec::new();
    loop {
        assert!(came.len() < MANY, "it never ends");
        match feed.next(60 * SECOND).unwrap() {
            Pulled::Batch(batch) => came.push(number(&batch)),
            Pulled::End => break,
            Pulled::Pending => panic!("nothing came"),
        }
    }
    assert_eq!(came, numbers(9));
}
