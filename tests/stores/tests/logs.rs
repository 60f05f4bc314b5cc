//! What every store promises of the log of a run.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use sqlflow_state::{EventBody, RunId, StoreError, Timestamp};
use sqlflow_tests_stores::{Run, facts};
use support::{load_ids, winners, with_stores};

const TWO: [EventBody; 2] = [EventBody::StepQueued, EventBody::StepStarted];

#[test]
fn appended_events_are_loaded_in_order_without_gaps() {
    with_stores(|store| {
        let run = RunId::new();
        let before = Timestamp::now().as_microsecond();
        let mut log = store.append(&run, 0, None, facts(&TWO)).unwrap();
        log.extend(store.append(&run, 2, None, facts(&[EventBody::StepCancelled])).unwrap());
        assert_eq!(load_ids(&**store, &run), [1, 2, 3], "{}", store.name);
        assert_eq!(store.load(&run, 0).unwrap(), log);
        for (event, fact) in log.iter().zip(facts(&TWO)) {
            assert_eq!((event.v, event.run_id, event.attempt), (1, run, fact.attempt));
            assert_eq!((&event.step, &event.body), (&fact.step, &fact.body));
            assert!(event.ts.as_microsecond() >= before);
            assert_eq!(event.ts.subsec_nanosecond() % 1_000, 0);
        }
    });
}

#[test]
fn a_log_is_read_on_from_any_place() {
    with_stores(|store| {
        let run = Run::of(&**store, "daily", "a b:a", "start a, complete a, start b, complete b");
        let log = store.load(&run.id, 0).unwrap();
        assert_eq!(log.len(), 7);
        for after in 0..9 {
            let rest = &log[log.len().min(after)..];
            assert_eq!(store.load(&run.id, after as u64).unwrap(), rest, "{} {after}", store.name);
        }
        assert_eq!(store.load(&run.id, u64::MAX).unwrap(), []);
    });
}

#[test]
fn an_append_that_expects_another_place_is_refused_and_changes_nothing() {
    with_stores(|store| {
        let run = RunId::new();
        let check = |expected: u64, facts: Vec<_>, length: u64| {
            let error = store.append(&run, expected, None, facts).unwrap_err();
            assert_eq!(error.code(), "SF0701");
            assert_eq!(
                error.to_string(),
                format!(
                    "the log of run {run} ends at event {length}, not {expected}; \
                     load it again and decide anew"
                )
            );
        };
        check(1, facts(&TWO), 0);
        assert!(matches!(store.load(&run, 0), Err(StoreError::RunNotFound { .. })));
        let log = store.append(&run, 0, None, facts(&TWO)).unwrap();
        check(0, facts(&TWO), 2);
        check(1, facts(&TWO), 2);
        check(3, facts(&TWO), 2);
        check(1, vec![], 2);
        assert_eq!(store.load(&run, 0).unwrap(), log);
    });
}

#[test]
fn an_append_of_nothing_makes_no_run() {
    with_stores(|store| {
        let run = RunId::new();
        assert_eq!(store.append(&run, 0, None, vec![]).unwrap(), []);
        let missing = format!("there is no run {run}; check the id and the store it was kept in");
        for error in [
            store.load(&run, 0).unwrap_err(),
            store.load(&run, 1).unwrap_err(),
            store.summary(&run).unwrap_err(),
            store.remove(&run).unwrap_err(),
        ] {
            assert_eq!((error.code(), error.to_string()), ("SF0702", missing.clone()));
        }
    });
}

#[test]
fn runs_do_not_see_each_other() {
    with_stores(|store| {
        let (one, other) = (RunId::new(), RunId::new());
        store.append(&one, 0, None, facts(&TWO)).unwrap();
        store.append(&other, 0, None, facts(&[EventBody::StepQueued])).unwrap();
        assert_eq!(load_ids(&**store, &one), [1, 2]);
        assert_eq!(load_ids(&**store, &other), [1]);
    });
}

#[test]
fn of_many_appends_at_one_place_exactly_one_wins() {
    with_stores(|store| {
        let run = RunId::new();
        for place in 0..20 {
            let append = |_| store.append(&run, place, None, facts(&TWO[..1])).is_ok();
            assert_eq!(winners(8, append), 1, "{} at {place}", store.name);
        }
        assert_eq!(load_ids(&**store, &run), (1..=20).collect::<Vec<_>>());
    });
}

#[test]
fn a_run_that_is_removed_leaves_nothing() {
    with_stores(|store| {
        let run = Run::of(&**store, "daily", "a", "start a, complete a, finish");
        let other = Run::of(&**store, "daily", "a", "");
        store.saw("bell", &run.id, 3).unwrap();
        store.remove(&run.id).unwrap();
        assert_eq!(store.load(&run.id, 0).unwrap_err().code(), "SF0702");
        assert_eq!(store.summary(&run.id).unwrap_err().code(), "SF0702");
        assert_eq!(store.history(&Default::default()).unwrap().len(), 1);
        assert_eq!(store.unseen("bell").unwrap(), [(other.id, 0)]);
        assert_eq!(store.rebuild(false).unwrap(), []);
        // One of the same id is another one.
        store.append(&run.id, 0, None, facts(&TWO)).unwrap();
        assert_eq!(store.unseen("bell").unwrap(), [(run.id, 0), (other.id, 0)]);
    });
}
