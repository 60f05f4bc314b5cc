//! What every store promises of leases (R7): one runner has a pipeline, and who has lost it writes
//! nothing.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use sqlflow_state::{Command, Lease, LeaseRequest, RunStore, Scope, StoreError, Timestamp};
use sqlflow_tests_stores::{Run, plan};
use support::{winners, with_stores};

const MINUTE: Duration = Duration::from_secs(60);

fn scope(pipeline: &str) -> Scope {
    Scope { project: "shop".to_owned(), pipeline: pipeline.to_owned() }
}

fn request(pipeline: &str, owner: &str) -> LeaseRequest {
    LeaseRequest {
        scope: scope(pipeline),
        owner: owner.to_owned(),
        lasts: MINUTE,
        instead_of: None,
    }
}

/// A lease that has expired by the time it is there.
fn expired(store: &dyn RunStore, pipeline: &str) -> Lease {
    let lasts = Duration::ZERO;
    store.acquire(&LeaseRequest { lasts, ..request(pipeline, "host:1") }).unwrap()
}

fn holder(error: StoreError) -> (&'static str, Lease) {
    match error {
        StoreError::Held(ref lease) => (error.code(), (**lease).clone()),
        other => panic!("{other}"),
    }
}

#[test]
fn a_pipeline_is_leased_to_one_at_a_time() {
    with_stores(|store| {
        assert_eq!(store.lease(&scope("daily")).unwrap(), None);
        let before = Timestamp::now();
        let lease = store.acquire(&request("daily", "host:1")).unwrap();
        assert_eq!((lease.epoch, &lease.scope, lease.run), (1, &scope("daily"), None));
        assert!(lease.expires >= before + MINUTE && lease.expires <= Timestamp::now() + MINUTE);
        assert_eq!(store.lease(&scope("daily")).unwrap().as_ref(), Some(&lease));

        let error = store.acquire(&request("daily", "host:2")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`daily` is being run by host:1; wait for it with --wait, or cancel that run"
        );
        assert_eq!(holder(error), ("SF0707", lease.clone()));
        // Not even by its own owner, who may have died and come back.
        assert_eq!(holder(store.acquire(&request("daily", "host:1")).unwrap_err()).1, lease);

        let other = store.acquire(&request("nightly", "host:2")).unwrap();
        assert_eq!((other.epoch, other.owner.as_str()), (1, "host:2"));
        let elsewhere = Scope { project: "shop2".to_owned(), ..scope("daily") };
        let asked = LeaseRequest { scope: elsewhere, ..request("daily", "host:2") };
        assert_eq!(store.acquire(&asked).unwrap().epoch, 1);
    });
}

#[test]
fn names_that_run_into_each_other_are_other_pipelines() {
    with_stores(|store| {
        for (project, pipeline) in [("a", "b:c"), ("a:b", "c"), ("", "a:b:c"), ("1:a", "é\n'\"\0")]
        {
            let scope = Scope { project: project.to_owned(), pipeline: pipeline.to_owned() };
            let asked = LeaseRequest { scope: scope.clone(), ..request("", "host:1") };
            assert_eq!(store.acquire(&asked).unwrap().epoch, 1, "{} {scope:?}", store.name);
            assert_eq!(store.lease(&scope).unwrap().unwrap().scope, scope);
        }
    });
}

#[test]
fn of_many_who_ask_at_once_one_gets_the_lease() {
    with_stores(|store| {
        for round in 0..10 {
            let pipeline = format!("p{round}");
            let take = |n| store.acquire(&request(&pipeline, &format!("host:{n}"))).is_ok();
            assert_eq!(winners(8, take), 1, "{}", store.name);
        }
    });
}

#[test]
fn a_lease_lasts_as_long_as_it_is_renewed_and_names_its_run() {
    with_stores(|store| {
        let mut lease = store.acquire(&request("daily", "host:1")).unwrap();
        lease.run = Some(Run::new(&**store).id);
        let renewed = store.renew(&lease, 2 * MINUTE).unwrap();
        assert_eq!((renewed.epoch, renewed.run), (1, lease.run));
        assert!(renewed.expires > lease.expires);
        assert_eq!(store.lease(&scope("daily")).unwrap(), Some(renewed));
    });
}

#[test]
fn a_lease_that_expired_or_was_given_back_is_free_and_its_epoch_never_comes_again() {
    with_stores(|store| {
        let first = expired(&**store, "daily");
        assert!(first.has_expired(Timestamp::now()));
        let second = store.acquire(&request("daily", "host:2")).unwrap();
        assert_eq!((second.epoch, second.owner.as_str()), (2, "host:2"));
        store.release(&second).unwrap();
        let ended = store.lease(&scope("daily")).unwrap().unwrap();
        assert!(ended.has_expired(Timestamp::now()) && ended.epoch == 2);
        assert_eq!(store.acquire(&request("daily", "host:3")).unwrap().epoch, 3);
        // Given back too late, it stays with who has it.
        store.release(&first).unwrap();
        store.release(&second).unwrap();
        let there = store.lease(&scope("daily")).unwrap().unwrap();
        assert_eq!((there.epoch, there.has_expired(Timestamp::now())), (3, false));
    });
}

#[test]
fn a_lease_whose_owner_is_dead_is_taken_over_by_one() {
    with_stores(|store| {
        let dead = store.acquire(&request("daily", "host:1")).unwrap();
        let instead = |of| LeaseRequest { instead_of: Some(of), ..request("daily", "host:2") };
        assert_eq!(holder(store.acquire(&instead(dead.epoch + 1)).unwrap_err()).1, dead);
        let take_over = |_| store.acquire(&instead(dead.epoch)).is_ok();
        assert_eq!(winners(8, take_over), 1, "{}", store.name);
        assert_eq!(store.lease(&scope("daily")).unwrap().unwrap().epoch, 2);
    });
}

#[test]
fn who_was_overtaken_writes_nothing_more() {
    // Mutation tried, a store each: the append without its look at the lease; red.
    with_stores(|store| {
        let lease = expired(&**store, "daily");
        let mut run = Run::new(&**store);
        run.lease = Some(lease.clone());
        run.command(Command::StartRun(plan("daily", "a b"))).unwrap();
        // Expired and not taken over: nobody else writes.
        run.ask("start a").unwrap();

        let next = store.acquire(&request("daily", "host:2")).unwrap();
        let error = run.ask("complete a").unwrap_err();
        assert_eq!(error.code(), "SF0708");
        assert_eq!(
            error.to_string(),
            "another process has taken over `daily`; nothing more is written by this one"
        );
        assert_eq!(store.renew(&lease, MINUTE).unwrap_err().code(), "SF0708");
        let stale = store.append(&run.id, 0, Some(&lease), vec![]).unwrap_err();
        assert_eq!(stale.code(), "SF0708", "{}: told before anything else", store.name);
        assert_eq!(store.load(&run.id, 0).unwrap().len(), 4);

        run.lease = Some(next);
        run.ask("complete a").unwrap();
        // What anybody may ask for needs no lease.
        run.lease = None;
        run.ask("cancel").unwrap();
    });
}

#[test]
fn a_lease_that_was_never_given_is_no_lease() {
    with_stores(|store| {
        let lease = store.acquire(&request("daily", "host:1")).unwrap();
        let forged = Lease { scope: scope("nightly"), ..lease };
        let mut run = Run::new(&**store);
        run.lease = Some(forged.clone());
        let refused = run.command(Command::StartRun(plan("nightly", "a"))).unwrap_err();
        assert_eq!(refused.code(), "SF0708");
        assert_eq!(store.renew(&forged, MINUTE).unwrap_err().code(), "SF0708");
        store.release(&forged).unwrap();
        assert_eq!(store.lease(&scope("nightly")).unwrap(), None);
    });
}
