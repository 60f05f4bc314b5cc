//! A store in a Redis server that ends, comes back, forgets or refuses.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use sqlflow_state::{RedisStore, RunStore, StoreKind, open_store};
use sqlflow_tests_servers::{Kept, Redis};
use sqlflow_tests_stores::Run;

#[test]
fn a_server_that_was_killed_and_comes_back_goes_on_with_the_run() {
    // Mutation tried: `ask` that does not connect again; red.
    let mut server = Redis::start(Kept::Always);
    let store = RedisStore::open(&server.url()).unwrap();
    assert_eq!(store.warnings(), [""; 0]);
    let mut run = Run::of(&store, "daily", "a b:a", "start a");
    server.kill();
    let error = run.ask("complete a").unwrap_err();
    assert_eq!(error.code(), "SF0710");
    server.restart();
    run.ask("complete a").unwrap();
    server.restart();
    run.ask("start b").unwrap();
    assert_eq!(store.load(&run.id, 0).unwrap().len(), 6);
    assert_eq!(store.rebuild(false).unwrap(), []);
}

#[test]
fn a_server_that_may_forget_is_warned_of() {
    let warnings = |kept| {
        let server = Redis::start(kept);
        RedisStore::open(&server.url()).unwrap().warnings().concat()
    };
    assert_eq!(warnings(Kept::Always), "");
    let second = warnings(Kept::EverySecond);
    assert!(second.contains("appendfsync is everysec"), "{second}");
    let never = warnings(Kept::Never);
    assert!(never.contains("appendonly is off"), "{never}");
}

#[test]
fn what_is_told_of_a_server_holds_no_password() {
    let mut server = Redis::start(Kept::Never);
    let wrong = server.url().replace(server.password(), "hunter2");
    let kind = StoreKind::Redis(wrong.clone());
    let refused = open_store(&kind).unwrap_err();
    let store = open_store(&StoreKind::Redis(server.url())).unwrap();
    server.kill();
    let gone = store.summary(&sqlflow_state::RunId::new()).unwrap_err();
    let odd = RedisStore::open("redis://:hunter2@host:port").unwrap_err();
    let other = RedisStore::open("http://:hunter2@localhost").unwrap_err();
    for error in [&refused, &gone, &odd, &other] {
        assert_eq!(error.code(), "SF0710");
        assert!(error.to_string().starts_with("the run store redis"), "{error}");
    }
    let told =
        format!("{refused} {refused:?} {gone} {gone:?} {odd:?} {other:?} {store:?} {kind:?}");
    assert!(!told.contains("hunter2") && !told.contains(server.password()), "{told}");
}
