//! Pulling the partitions of a read on several threads, within bounded memory.
//!
//! The source is driven step by step: it says when it opens, yields and is dropped, and what it
//! yields waits for the test's word where that matters. No test waits by the clock.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::Duration,
};

use arrow::datatypes::SchemaRef;
use serde_json::Value;
use sqlflow_host::{Feed, FeedOptions, Pulled, SourceConnector};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, CheckReport, Error, ErrorKind, Partition, ReadRequest, Result,
    StreamDescriptor, StreamName,
};
use support::batches::{batch, number, schema};

/// Long enough for anything that does happen; reached only where a test fails.
const LONG: Duration = Duration::from_secs(60);

/// What one partition does, one after the other.
#[derive(Debug, Clone)]
enum Act {
    /// Yields a batch of this number.
    Yield(i64),
    /// Fails.
    Fail,
    /// Panics.
    Panic,
    /// Says that it waits, then waits until it is cancelled.
    Hang,
    /// Says that it waits, then waits until the barrier opens.
    Meet(Arc<Barrier>),
}

/// What the source says to the test.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Opened(usize),
    Yielded(usize),
    Waiting(usize),
    Dropped(usize),
}

struct Script {
    acts: Vec<Vec<Act>>,
    say: Sender<Said>,
    refuses: Option<usize>,
}

impl SourceConnector for Script {
    fn check(&mut self) -> Result<CheckReport> {
        Ok(CheckReport::default())
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        Ok(Vec::new())
    }

    fn read(&mut self, _request: &ReadRequest, part: &Partition) -> Result<Box<dyn BatchStream>> {
        let index = part.payload.as_u64().unwrap() as usize;
        self.say.send(Said::Opened(index)).unwrap();
        if self.refuses == Some(index) {
            return Err(Error::new(ErrorKind::NotFound, "gone"));
        }
        let (wake, woken) = channel();
        let cancel = CancelToken::new();
        cancel.on_cancel(move || {
            let _ = wake.send(());
        });
        let acts = self.acts[index].clone().into_iter();
        Ok(Box::new(Acting { index, acts, say: self.say.clone(), cancel, woken }))
    }
}

struct Acting {
    index: usize,
    acts: std::vec::IntoIter<Act>,
    say: Sender<Said>,
    cancel: CancelToken,
    woken: Receiver<()>,
}

impl Acting {
    fn say(&self, what: fn(usize) -> Said) {
        let _ = self.say.send(what(self.index));
    }
}

impl BatchStream for Acting {
    fn schema(&self) -> SchemaRef {
        schema()
    }

    fn next_batch(&mut self) -> Result<Option<arrow::array::RecordBatch>> {
        self.cancel.check()?;
        match self.acts.next() {
            None => Ok(None),
            Some(Act::Yield(number)) => {
                self.say(Said::Yielded);
                Ok(Some(batch(number)))
            }
            Some(Act::Fail) => Err(Error::new(ErrorKind::Data, "torn").with_remedy("mend it")),
            Some(Act::Panic) => panic!("boom in partition {}", self.index),
            Some(Act::Hang) => {
                self.say(Said::Waiting);
                self.woken.recv().unwrap();
                Err(Error::cancelled())
            }
            Some(Act::Meet(barrier)) => {
                self.say(Said::Waiting);
                barrier.wait();
                self.next_batch()
            }
        }
    }

    fn checkpoint(&self) -> Result<Option<Value>> {
        Ok(None)
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

impl Drop for Acting {
    fn drop(&mut self) {
        self.say(Said::Dropped);
    }
}

/// A feed, the token that stops it, and what its source says.
struct Run {
    feed: Feed,
    cancel: CancelToken,
    said: Receiver<Said>,
}

fn ordered(threads: usize) -> FeedOptions {
    FeedOptions { threads, ..FeedOptions::default() }
}

fn unordered(threads: usize) -> FeedOptions {
    FeedOptions { threads, ordered: false, ..FeedOptions::default() }
}

fn start(acts: Vec<Vec<Act>>, options: FeedOptions) -> Run {
    start_refusing(acts, options, None)
}

fn start_refusing(acts: Vec<Vec<Act>>, options: FeedOptions, refuses: Option<usize>) -> Run {
    let (say, said) = channel();
    let partition = |n: usize| Partition { id: format!("p{n}"), payload: n.into() };
    let partitions = (0..acts.len()).map(partition).collect();
    let request = ReadRequest::of(StreamName::from("numbers"));
    let cancel = CancelToken::new();
    let source = Box::new(Script { acts, say, refuses });
    let feed = Feed::start(source, request, partitions, options, &cancel).unwrap();
    Run { feed, cancel, said }
}

fn yields(numbers: impl IntoIterator<Item = i64>) -> Vec<Act> {
    numbers.into_iter().map(Act::Yield).collect()
}

/// The next number, `None` at the end.
fn next(feed: &Feed) -> Result<Option<i64>> {
    match feed.next(LONG)? {
        Pulled::Batch(batch) => Ok(Some(number(&batch))),
        Pulled::End => Ok(None),
        Pulled::Pending => panic!("nothing came"),
    }
}

fn rest(feed: &Feed) -> Result<Vec<i64>> {
    std::iter::from_fn(|| next(feed).transpose()).collect()
}

impl Run {
    /// Waits until the source has said this so many times; gives everything it said meanwhile.
    fn until(&self, what: &Said, times: usize) -> Vec<Said> {
        let mut heard = Vec::new();
        while heard.iter().filter(|said| *said == what).count() < times {
            heard.push(self.said.recv_timeout(LONG).unwrap());
        }
        heard
    }

    /// Everything the source has said when the last of it is gone.
    fn to_the_end(&self) -> Vec<Said> {
        let mut heard = Vec::new();
        loop {
            match self.said.recv_timeout(LONG) {
                Ok(said) => heard.push(said),
                Err(RecvTimeoutError::Disconnected) => return heard,
                Err(RecvTimeoutError::Timeout) => panic!("a thread of the feed is still there"),
            }
        }
    }
}

/// Mutation tried: `take` looks at every claimed lane also where order matters; red.
#[test]
fn an_ordered_feed_gives_the_partitions_in_their_order() {
    for threads in [1, 2, 7, 40] {
        let acts = (0..30).map(|p| yields((0..p % 4).map(|b| p * 10 + b))).collect();
        let expect: Vec<i64> = (0..30).flat_map(|p| (0..p % 4).map(move |b| p * 10 + b)).collect();
        assert_eq!(rest(&start(acts, ordered(threads)).feed), Ok(expect), "{threads}");
    }
}

/// The second partition is pulled to its end before the first yields.
#[test]
fn order_holds_also_where_a_later_partition_is_faster() {
    let gate = Arc::new(Barrier::new(2));
    let slow = vec![Act::Meet(Arc::clone(&gate)), Act::Yield(1), Act::Yield(2)];
    let run = start(vec![slow, yields([3, 4])], ordered(2));
    run.until(&Said::Dropped(1), 1);
    gate.wait();
    assert_eq!(rest(&run.feed), Ok(vec![1, 2, 3, 4]));
}

#[test]
fn an_unordered_feed_gives_the_same_rows() {
    for threads in [1, 3, 8] {
        let acts = (0..20).map(|p| yields((0..5).map(|b| p * 10 + b))).collect();
        let mut numbers = rest(&start(acts, unordered(threads)).feed).unwrap();
        numbers.sort_unstable();
        let expect: Vec<i64> = (0..20).flat_map(|p| (0..5).map(move |b| p * 10 + b)).collect();
        assert_eq!(numbers, expect, "{threads}");
    }
}

/// Mutation tried: `claim` counts from the first partition that is not done; the test never ends.
#[test]
fn an_unordered_feed_goes_on_past_a_partition_that_hangs() {
    let mut acts = vec![vec![Act::Hang]];
    acts.extend((1..10).map(|p| yields([p])));
    let run = start(acts, unordered(2));
    let mut numbers: Vec<i64> = (1..10).map(|_| next(&run.feed).unwrap().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..10).collect::<Vec<_>>());
}

#[test]
fn without_partitions_there_is_nothing() {
    for options in [ordered(1), unordered(4)] {
        let run = start(Vec::new(), options);
        assert_eq!(rest(&run.feed), Ok(Vec::new()));
        assert_eq!(next(&run.feed), Ok(None), "the end is final");
    }
}

#[test]
fn empty_partitions_leave_no_trace() {
    let acts = [0, 0, 2, 0, 1, 0].map(|rows| yields(0..rows)).to_vec();
    assert_eq!(rest(&start(acts, ordered(3)).feed), Ok(vec![0, 1, 0]));
    assert_eq!(rest(&start(vec![Vec::new(); 50], ordered(2)).feed), Ok(Vec::new()));
}

#[test]
fn nothing_yet_is_not_the_end() {
    let gate = Arc::new(Barrier::new(2));
    let run = start(vec![vec![Act::Meet(Arc::clone(&gate)), Act::Yield(1)]], ordered(1));
    assert!(matches!(run.feed.next(Duration::ZERO).unwrap(), Pulled::Pending));
    gate.wait();
    assert_eq!(rest(&run.feed), Ok(vec![1]));
}

#[test]
fn a_taker_may_wait_for_ever() {
    let run = start(vec![yields([1])], ordered(1));
    assert!(matches!(run.feed.next(Duration::MAX).unwrap(), Pulled::Batch(_)));
}

/// A lane takes batches until it is over its bytes, and the stream holds one more: with room for
/// two batches, at most three wait and a fourth is in hand.
///
/// Mutation tried: `push` never waits; red.
#[test]
fn a_slow_taker_bounds_what_is_pulled_ahead() {
    let bytes = batch(0).get_array_memory_size();
    let options = FeedOptions { bytes_per_partition: 2 * bytes, ..ordered(1) };
    let run = start(vec![yields(0..100)], options);
    let mut yielded = run.until(&Said::Yielded(0), 4).len() - 1;
    for taken in 1..=96 {
        assert_eq!(next(&run.feed), Ok(Some(taken - 1)));
        yielded += run.until(&Said::Yielded(0), 1).len();
        assert_eq!(yielded as i64, 4 + taken);
        assert!(run.said.try_recv().is_err(), "more was pulled than there is room for");
    }
    assert_eq!(rest(&run.feed), Ok((96..100).collect()));
}

/// Mutation tried: `claim` never waits; red.
#[test]
fn no_more_partitions_are_begun_than_the_window_holds() {
    let threads = 3;
    let run = start((0..50).map(|p| yields([p])).collect(), ordered(threads));
    // One thread is beyond what is pulled at a time, so that none is idle when the head ends.
    let window = threads + 1;
    run.until(&Said::Dropped(window - 1), 1);
    for p in 0..50 {
        let head = p as usize;
        assert_eq!(next(&run.feed), Ok(Some(p)));
        for said in run.said.try_iter() {
            let (Said::Opened(n) | Said::Yielded(n) | Said::Waiting(n) | Said::Dropped(n)) = said;
            assert!(n <= head + 1 + window, "{n} was begun while {head} was the head");
        }
    }
    assert_eq!(next(&run.feed), Ok(None));
}

#[test]
fn partitions_are_pulled_at_the_same_time() {
    let gate = Arc::new(Barrier::new(4));
    let acts = (0..4).map(|p| vec![Act::Meet(Arc::clone(&gate)), Act::Yield(p)]).collect();
    assert_eq!(rest(&start(acts, ordered(4)).feed), Ok(vec![0, 1, 2, 3]));
}

/// Mutation tried: `pop` hands out what is there before it looks at the failure; red.
#[test]
fn an_error_in_any_partition_ends_the_feed_and_stays() {
    for options in [ordered(2), unordered(2)] {
        let mut acts = vec![yields([1, 2]), yields([3]), yields([4])];
        acts.insert(1, vec![Act::Yield(5), Act::Fail]);
        let run = start(acts, options);
        run.until(&Said::Dropped(1), 1);
        let error = rest(&run.feed).unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Data, "torn"));
        assert_eq!(error.remedy(), Some("mend it"));
        assert_eq!(error.context(), [("partition".to_owned(), "p1".to_owned())]);
        assert_eq!(next(&run.feed), Err(error.clone()));
        run.cancel.cancel();
        assert_eq!(next(&run.feed), Err(error), "the first error stays");
    }
}

#[test]
fn a_partition_that_cannot_be_opened_is_an_error() {
    let run = start_refusing(vec![yields([1]), yields([2])], ordered(1), Some(1));
    let error = rest(&run.feed).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::NotFound, "gone"));
    assert_eq!(error.context(), [("partition".to_owned(), "p1".to_owned())]);
}

/// Mutation tried: `run` calls `pull_all` bare; the feed waits for ever; red.
#[test]
fn a_thread_that_panics_is_an_error_and_never_an_end() {
    for threads in [1, 3] {
        let acts = vec![yields([1]), vec![Act::Panic], yields([2])];
        let error = rest(&start(acts, ordered(threads)).feed).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Bug);
        assert_eq!(error.message(), "a thread that pulls rows died: boom in partition 1");
    }
}

/// Mutation tried: `start` registers no hook; red.
#[test]
fn cancel_ends_a_feed_whose_producers_wait_for_room() {
    let options = FeedOptions { bytes_per_partition: 0, ..ordered(2) };
    let run = start(vec![yields(0..9), yields(0..9)], options);
    run.until(&Said::Yielded(0), 2);
    run.cancel.cancel();
    assert_eq!(next(&run.feed).unwrap_err().kind(), ErrorKind::Cancelled);
    let dropped: BTreeSet<Said> = run.to_the_end().into_iter().collect();
    assert!(dropped.contains(&Said::Dropped(0)));
}

/// Mutation tried: `pull` does not hand the token on to the stream; the test never ends.
#[test]
fn cancel_ends_a_feed_whose_streams_and_takers_wait() {
    let run = start(vec![vec![Act::Hang], vec![Act::Hang]], ordered(2));
    run.until(&Said::Waiting(0), 1);
    let kind = thread::scope(|scope| {
        let taker = scope.spawn(|| next(&run.feed).unwrap_err().kind());
        run.cancel.cancel();
        taker.join().unwrap()
    });
    assert_eq!(kind, ErrorKind::Cancelled);
    run.to_the_end();
}

#[test]
fn a_feed_that_starts_cancelled_yields_nothing() {
    let (say, said) = channel();
    let source = Box::new(Script { acts: vec![yields([1])], say, refuses: None });
    let request = ReadRequest::of(StreamName::from("numbers"));
    let partitions = vec![Partition { id: "p0".to_owned(), payload: 0.into() }];
    let cancel = CancelToken::new();
    cancel.cancel();
    let feed = Feed::start(source, request, partitions, ordered(1), &cancel).unwrap();
    assert_eq!(next(&feed).unwrap_err().kind(), ErrorKind::Cancelled);
    drop(said);
}

/// Mutation tried: `Feed` does nothing when it is dropped; red.
#[test]
fn dropping_a_feed_midway_stops_its_threads() {
    let acts = vec![yields(0..9), vec![Act::Hang], yields(0..9)];
    let options = FeedOptions { bytes_per_partition: 0, ..unordered(3) };
    let Run { feed, cancel, said } = start(acts, options);
    let run = Run { feed: start(Vec::new(), ordered(1)).feed, cancel, said };
    run.until(&Said::Waiting(1), 1);
    drop(feed);
    let heard = run.to_the_end();
    assert!(heard.contains(&Said::Dropped(1)), "{heard:?}");
    assert!(run.cancel.is_cancelled());
}

#[test]
fn several_takers_share_the_rows() {
    let acts = (0..16).map(|p| yields((0..8).map(|b| p * 8 + b))).collect();
    let run = start(acts, unordered(3));
    let taken = AtomicUsize::new(0);
    let mut numbers: Vec<i64> = thread::scope(|scope| {
        let take = || {
            let mine = rest(&run.feed).unwrap();
            taken.fetch_add(mine.len(), Ordering::SeqCst);
            mine
        };
        let takers: Vec<_> = (0..4).map(|_| scope.spawn(take)).collect();
        takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect()
    });
    numbers.sort_unstable();
    assert_eq!(numbers, (0..128).collect::<Vec<_>>());
    assert_eq!(taken.into_inner(), 128);
}

/// Each taker sees its own batches in order, and all of them see the end.
#[test]
fn several_takers_of_an_ordered_feed_all_come_to_its_end() {
    for _ in 0..50 {
        let acts = (0..8).map(|p| yields([p * 2, p * 2 + 1])).collect();
        let run = start(acts, ordered(2));
        let shares: Vec<Vec<i64>> = thread::scope(|scope| {
            let takers: Vec<_> = (0..3).map(|_| scope.spawn(|| rest(&run.feed).unwrap())).collect();
            takers.into_iter().map(|taker| taker.join().unwrap()).collect()
        });
        assert!(shares.iter().all(|share| share.is_sorted()), "{shares:?}");
        let mut all = shares.concat();
        all.sort_unstable();
        assert_eq!(all, (0..16).collect::<Vec<_>>());
    }
}
