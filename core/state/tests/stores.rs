//! What every store promises; a new store joins by one line in `stores`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Barrier;
use std::thread;

use sqlflow_state::{Event, EventBody, Fact, MemoryStore, RunId, RunStore, StoreError, Timestamp};

fn stores() -> Vec<Box<dyn RunStore>> {
    vec![Box::new(MemoryStore::default())]
}

fn facts(bodies: &[EventBody]) -> Vec<Fact> {
    let fact =
        |body: &EventBody| Fact { step: Some("a".to_owned()), attempt: None, body: body.clone() };
    bodies.iter().map(fact).collect()
}

fn seqs(events: &[Event]) -> Vec<u64> {
    events.iter().map(|event| event.seq).collect()
}

#[test]
fn appended_events_are_loaded_in_order_without_gaps() {
    for store in stores() {
        let run = RunId::new();
        let first = facts(&[EventBody::StepQueued, EventBody::StepStarted]);
        let before = Timestamp::now().as_microsecond();
        let mut log = store.append(&run, 0, None, first.clone()).unwrap();
        log.extend(store.append(&run, 2, None, facts(&[EventBody::StepCancelled])).unwrap());
        assert_eq!(seqs(&log), [1, 2, 3]);
        assert_eq!(store.load(&run, 0).unwrap(), log);
        for (event, fact) in log.iter().zip(first) {
            assert_eq!((event.v, event.run_id, event.attempt), (1, run, fact.attempt));
            assert_eq!((&event.step, &event.body), (&fact.step, &fact.body));
            assert!(event.ts.as_microsecond() >= before);
            assert_eq!(event.ts.subsec_nanosecond() % 1_000, 0);
        }
    }
}

#[test]
fn an_append_that_expects_another_place_is_refused_and_changes_nothing() {
    for store in stores() {
        let run = RunId::new();
        let two = facts(&[EventBody::StepQueued, EventBody::StepStarted]);
        let check = |expected: u64, facts: Vec<Fact>, length: u64| {
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
        check(1, two.clone(), 0);
        assert!(matches!(store.load(&run, 0), Err(StoreError::RunNotFound { .. })));
        let log = store.append(&run, 0, None, two.clone()).unwrap();
        check(0, two.clone(), 2);
        check(1, two.clone(), 2);
        check(3, two, 2);
        check(1, vec![], 2);
        assert_eq!(store.load(&run, 0).unwrap(), log);
    }
}

#[test]
fn an_append_of_nothing_makes_no_run() {
    for store in stores() {
        let run = RunId::new();
        assert_eq!(store.append(&run, 0, None, vec![]).unwrap(), []);
        let error = store.load(&run, 0).unwrap_err();
        assert_eq!(error.code(), "SF0702");
        assert_eq!(
            error.to_string(),
            format!("there is no run {run}; check the id and the store it was kept in")
        );
    }
}

#[test]
fn runs_do_not_see_each_other() {
    for store in stores() {
        let (one, other) = (RunId::new(), RunId::new());
        store
            .append(&one, 0, None, facts(&[EventBody::StepQueued, EventBody::StepStarted]))
            .unwrap();
        assert_eq!(
            seqs(&store.append(&other, 0, None, facts(&[EventBody::StepQueued])).unwrap()),
            [1]
        );
        assert_eq!(seqs(&store.load(&one, 0).unwrap()), [1, 2]);
        assert_eq!(seqs(&store.load(&other, 0).unwrap()), [1]);
    }
}

#[test]
fn of_many_appends_at_one_place_exactly_one_wins() {
    for store in stores() {
        let (run, writers) = (RunId::new(), 8);
        for place in 0..50 {
            let start = Barrier::new(writers);
            let append = || {
                start.wait();
                store.append(&run, place, None, facts(&[EventBody::StepQueued])).is_ok()
            };
            let won = thread::scope(|scope| {
                let writers: Vec<_> = (0..writers).map(|_| scope.spawn(append)).collect();
                writers.into_iter().map(|writer| writer.join().unwrap()).filter(|&won| won).count()
            });
            assert_eq!(won, 1, "at {place}");
        }
        assert_eq!(seqs(&store.load(&run, 0).unwrap()), (1..=50).collect::<Vec<_>>());
    }
}
