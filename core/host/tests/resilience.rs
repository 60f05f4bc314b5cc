//! Calls of a connector whose other side is slow or down.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use sqlflow_host::{
    Breaker, Clock, Guard, Protection, Rate, Resilience, ResilienceEvent, SystemClock,
};
use sqlflow_plugin_sdk::{CancelToken, ErrorKind, StreamName};
use support::faulty::{Guarded, OtherSide, SECOND, attempts, busy, down, opens_source, refused};

fn rate(per_minute: u32, burst: u32) -> Resilience {
    let rate = Rate { per_minute, burst, with_batches: false };
    Resilience { rate: Some(rate), ..Resilience::none() }
}

fn breaker(failures: u64) -> Resilience {
    let breaker = Breaker { failures, reset_after: 30 * SECOND, successes: 2 };
    Resilience { breaker: Some(breaker), ..Resilience::none() }
}

/// Opening is a call as any other.
///
/// Mutations tried: `attempts` does not wait for the rate; the burst is the minute's; red.
#[test]
fn the_rate_is_held() {
    let guarded = Guarded::new(rate(60, 3));
    let mut source = guarded.source().unwrap();
    for call in 2..=40_u32 {
        source.check().unwrap();
        assert_eq!(guarded.clock.now(), SECOND * call.saturating_sub(3), "call {call}");
    }
    guarded.clock.pass(60 * SECOND);
    let before = guarded.clock.now();
    for _ in 0..3 {
        source.check().unwrap();
    }
    assert_eq!(guarded.clock.now(), before, "after a rest there is a burst again, no more");
    source.check().unwrap();
    assert_eq!(guarded.clock.now(), before + SECOND);
}

/// Mutation tried: `attempts` does not wait for the rate; red.
#[test]
fn the_rate_is_held_on_the_clock_of_the_machine() {
    let side = Arc::<OtherSide>::default();
    let policy = rate(1_200, 1);
    let protection = Protection { policy, cancel: CancelToken::new(), events: Arc::new(|_| {}) };
    let guard = Guard::new("faulty", &protection, Arc::new(SystemClock::new()));
    let begun = Instant::now();
    let mut source = guard.source(opens_source(&side), false).unwrap();
    for _ in 0..6 {
        source.check().unwrap();
    }
    let least = Duration::from_millis(6 * 50);
    assert!(begun.elapsed() >= least, "6 calls at 20 a second took {:?}", begun.elapsed());
}

#[test]
fn a_retry_needs_the_leave_of_the_rate_too() {
    let guarded = Guarded::new(Resilience { rate: rate(1, 1).rate, ..attempts(3) });
    guarded.side.fails([Some(down()), Some(down()), None]);
    guarded.source().unwrap();
    // The first is in the burst; the others wait for the backoff and the rest of their minute.
    assert_eq!(guarded.clock.now(), 120 * SECOND);
}

fn events(told: &[ResilienceEvent]) -> Vec<&'static str> {
    let name = |event: &ResilienceEvent| match event {
        ResilienceEvent::BreakerOpened { .. } => "opened",
        ResilienceEvent::BreakerHalfOpen => "half open",
        ResilienceEvent::BreakerClosed => "closed",
        _ => "other",
    };
    told.iter().map(name).collect()
}

/// Mutations tried: `admit` of the guard does not ask the breaker; a failed call is not told to
/// it; red.
#[test]
fn a_breaker_opens_half_opens_closes_and_opens_again() {
    let guarded = Guarded::new(breaker(3));
    let mut source = guarded.source().unwrap();
    guarded.side.fails(vec![Some(down()); 3]);
    for _ in 0..3 {
        assert_eq!(source.check().unwrap_err().message(), "it is down");
    }
    assert_eq!(events(&guarded.told()), ["opened"]);

    guarded.clock.pass(29 * SECOND + SECOND / 2);
    let error = source.check().unwrap_err();
    assert_eq!((error.code(), error.kind()), (Some("SF0605"), ErrorKind::Unavailable));
    assert!(error.message().ends_with("not called for another 1 s"), "{error}");
    assert_eq!(guarded.side.count("check"), 3, "an open breaker lets nothing through");

    guarded.clock.pass(SECOND);
    source.check().unwrap();
    guarded.side.fails([Some(down())]);
    source.check().unwrap_err();
    assert_eq!(events(&guarded.told()), ["half open", "opened"]);
    assert_eq!(source.check().unwrap_err().code(), Some("SF0605"));

    guarded.clock.pass(30 * SECOND);
    source.check().unwrap();
    source.check().unwrap();
    assert_eq!(events(&guarded.told()), ["half open", "closed"]);
    source.check().unwrap();
}

/// Mutation tried: every error is told to the breaker as a failure; red.
#[test]
fn an_answer_is_no_outage_whatever_it_says() {
    let guarded = Guarded::new(breaker(2));
    let mut source = guarded.source().unwrap();
    for _ in 0..5 {
        guarded.side.fails([Some(refused())]);
        assert_eq!(source.check().unwrap_err().kind(), ErrorKind::NotFound);
    }
    guarded.side.fails([Some(down()), Some(refused()), Some(down())]);
    for _ in 0..3 {
        source.check().unwrap_err();
    }
    assert_eq!(guarded.told(), [], "the answer in between counts as one");
}

#[test]
fn all_uses_of_a_connection_share_its_breaker() {
    let guarded = Guarded::new(breaker(2));
    let (mut one, mut other) = (guarded.source().unwrap(), guarded.source().unwrap());
    guarded.side.fails(vec![Some(down()); 2]);
    one.check().unwrap_err();
    other.check().unwrap_err();
    assert_eq!(one.check().unwrap_err().code(), Some("SF0605"));
    assert_eq!(guarded.source().err().unwrap().code(), Some("SF0605"));
}

/// Mutation tried: the loop waits the first delay each time; red.
#[test]
fn a_call_that_may_help_is_tried_again_after_growing_delays() {
    let guarded = Guarded::new(attempts(5));
    let mut source = guarded.source().unwrap();
    guarded.side.fails(vec![Some(down()); 4]);
    source.check().unwrap();
    assert_eq!(guarded.clock.waits(), [1, 2, 4, 8].map(Duration::from_secs));
    guarded.side.fails(vec![Some(down()); 5]);
    let error = source.check().unwrap_err();
    assert_eq!(error.message(), "it is down");
    assert!(error.context().contains(&("attempts".to_owned(), "5".to_owned())), "{error:?}");
}

/// Mutation tried: the spread is not by chance; red.
#[test]
fn delays_differ_by_chance_within_their_jitter() {
    let mut policy = attempts(2);
    policy.retry.jitter = 0.1;
    let guarded = Guarded::new(policy);
    let mut source = guarded.source().unwrap();
    for _ in 0..200 {
        guarded.side.fails([Some(down()), None, None]);
        source.check().unwrap();
    }
    let waits = guarded.clock.waits();
    let bounds = Duration::from_millis(900)..=Duration::from_millis(1_100);
    assert!(waits.iter().all(|wait| bounds.contains(wait)), "{waits:?}");
    let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
    assert!(*most - *least > Duration::from_millis(100), "{least:?} to {most:?}");
}

/// Mutation tried: `After` waits the backoff; red.
#[test]
fn what_the_other_side_asks_for_is_waited_for() {
    let guarded = Guarded::new(attempts(3));
    let mut source = guarded.source().unwrap();
    guarded.side.fails([Some(busy(70 * SECOND)), Some(busy(SECOND / 4))]);
    source.check().unwrap();
    assert_eq!(guarded.clock.waits(), [70 * SECOND, SECOND / 4]);
}

/// Mutation tried: the hint is not looked at; red.
#[test]
fn an_error_that_says_never_is_told_at_once() {
    let guarded = Guarded::new(attempts(5));
    let mut source = guarded.source().unwrap();
    guarded.side.fails([Some(refused())]);
    let error = source.check().unwrap_err();
    assert_eq!((error.kind(), error.context()), (ErrorKind::NotFound, &[][..]));
    assert_eq!((guarded.side.count("check"), guarded.clock.waits()), (1, vec![]));
}

/// Mutation tried: the system's clock sleeps without looking for a cancel; hangs.
#[test]
fn a_cancel_ends_a_wait_within_a_second() {
    let side = Arc::<OtherSide>::default();
    let (cancel, (say, waiting)) = (CancelToken::new(), mpsc::channel());
    let events = Arc::new(move |_: &ResilienceEvent| say.send(()).unwrap_or_default());
    let mut policy = attempts(3);
    policy.retry.first_delay = 60 * 60 * SECOND;
    policy.retry.max_delay = 60 * 60 * SECOND;
    let protection = Protection { policy, cancel: cancel.clone(), events };
    let guard = Guard::new("faulty", &protection, Arc::new(SystemClock::new()));
    side.fails([Some(down())]);
    let opening = thread::spawn(move || guard.source(opens_source(&side), false).err());
    waiting.recv().unwrap();
    let cancelled = Instant::now();
    cancel.cancel();
    assert_eq!(opening.join().unwrap().unwrap().kind(), ErrorKind::Cancelled);
    assert!(cancelled.elapsed() < SECOND, "{:?}", cancelled.elapsed());
}

/// Mutations tried: the session is kept after a failure; nothing is told; red.
#[test]
fn a_broken_session_is_opened_again_and_that_is_told() {
    let guarded = Guarded::new(attempts(4));
    let mut source = guarded.source().unwrap();
    // The call, then opening it again, then the call of the new session.
    guarded.side.fails([Some(down()), Some(down()), None, Some(down())]);
    source.schema(&StreamName::from("numbers")).unwrap();
    let expect = ["open", "schema", "open", "open", "schema", "open", "schema"];
    assert_eq!(guarded.side.heard(), expect);
    assert_eq!(guarded.recovered("session"), 2);
}

/// Mutation tried: every failure breaks the session; red.
#[test]
fn who_is_asked_to_come_back_later_keeps_its_session() {
    let guarded = Guarded::new(attempts(3));
    let mut source = guarded.source().unwrap();
    guarded.side.fails([Some(busy(SECOND))]);
    source.discover().unwrap();
    assert_eq!(guarded.side.heard(), ["open", "discover", "discover"]);
    assert_eq!(guarded.recovered("session"), 0);
}
