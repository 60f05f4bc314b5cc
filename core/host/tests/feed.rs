//! Pulling the partitions of a read on several threads, within bounded memory.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use sqlflow_host::{FeedOptions, Pulled};
use sqlflow_plugin_sdk::{CancelToken, ErrorKind};
use support::{
    acting::{
        Act, Run, Said, next, ordered, rest, start, start_refusing, start_with, unordered, yields,
    },
    batches::batch,
};

#[test]
fn an_ordered_feed_gives_the_partitions_in_their_order() {
    for threads in [1, 2, 7, 40] {
        let acts = (0..30).map(|p| yields((0..p % 4).map(|b| p * 10 + b))).collect();
        let expect: Vec<i64> = (0..30).flat_map(|p| (0..p % 4).map(move |b| p * 10 + b)).collect();
        assert_eq!(rest(&start(acts, ordered(threads)).feed), Ok(expect), "{threads}");
    }
}

/// The second partition is pulled to its end before the first yields.
///
/// Mutation tried: `take` looks at every claimed lane also where order matters; red.
#[test]
fn order_holds_also_where_a_later_partition_is_faster() {
    let gate = Arc::new(Barrier::new(2));
    let slow = vec![Act::Meet(Arc::clone(&gate)), Act::Yield(1), Act::Yield(2)];
    let run = start(vec![slow, yields([3, 4])], ordered(2));
    run.heard.until(&Said::Dropped(1), 1);
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
    let mut yielded = run.heard.until(&Said::Yielded(0), 4).len() - 1;
    for taken in 1..=96 {
        assert_eq!(next(&run.feed), Ok(Some(taken - 1)));
        yielded += run.heard.until(&Said::Yielded(0), 1).len();
        assert_eq!(yielded as i64, 4 + taken);
        assert_eq!(run.heard.meanwhile(), [], "more was pulled than there is room for");
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
    run.heard.until(&Said::Dropped(window - 1), 1);
    for p in 0..50 {
        let head = p as usize;
        assert_eq!(next(&run.feed), Ok(Some(p)));
        for said in run.heard.meanwhile() {
            let (Said::Opened(n) | Said::Yielded(n) | Said::Waiting(n) | Said::Dropped(n)) = said;
            assert!(n <= head + window, "{n} was begun while {head} was the head");
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
        run.heard.until(&Said::Dropped(1), 1);
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
    run.heard.until(&Said::Yielded(0), 2);
    run.cancel.cancel();
    assert_eq!(next(&run.feed).unwrap_err().kind(), ErrorKind::Cancelled);
    let dropped: BTreeSet<Said> = run.heard.to_the_end().into_iter().collect();
    assert!(dropped.contains(&Said::Dropped(0)));
}

/// Mutation tried: `pull` does not hand the token on to the stream; the test never ends.
#[test]
fn cancel_ends_a_feed_whose_streams_and_takers_wait() {
    let run = start(vec![vec![Act::Hang], vec![Act::Hang]], ordered(2));
    run.heard.until(&Said::Waiting(0), 1);
    let kind = thread::scope(|scope| {
        let taker = scope.spawn(|| next(&run.feed).unwrap_err().kind());
        run.cancel.cancel();
        taker.join().unwrap()
    });
    assert_eq!(kind, ErrorKind::Cancelled);
    run.heard.to_the_end();
}

#[test]
fn a_feed_that_starts_cancelled_yields_nothing() {
    let cancel = CancelToken::new();
    cancel.cancel();
    let run = start_with(vec![yields([1])], ordered(1), None, cancel);
    assert_eq!(next(&run.feed).unwrap_err().kind(), ErrorKind::Cancelled);
}

/// Mutation tried: `Feed` does nothing when it is dropped; red.
#[test]
fn dropping_a_feed_midway_stops_its_threads() {
    let acts = vec![yields(0..9), vec![Act::Hang], yields(0..9)];
    let options = FeedOptions { bytes_per_partition: 0, ..unordered(3) };
    let Run { feed, cancel, heard } = start(acts, options);
    heard.until(&Said::Waiting(1), 1);
    drop(feed);
    let heard = heard.to_the_end();
    assert!(heard.contains(&Said::Dropped(1)), "{heard:?}");
    assert!(cancel.is_cancelled());
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
