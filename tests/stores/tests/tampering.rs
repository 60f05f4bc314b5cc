//! What is kept beside a log can be made again from it, and a log that was changed is not believed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use redis::{Commands, Connection};
use rusqlite::Connection as Sqlite;
use sqlflow_state::HistoryQuery;
use sqlflow_tests_servers::{Kept, Redis};
use sqlflow_tests_stores::{Run, Subject, sqlite};

const ASKED: &str = "start a, complete a, start b, fail b, finish, resume, start b";

/// A change of what is kept beside the log is told, mended and then no longer there.
fn check_mended(store: &Subject, run: &Run<'_>, what: &str) {
    let other = Run::of(&**store, "daily", "a", "").id;
    assert_eq!(store.rebuild(false).unwrap(), [run.id], "{what}");
    assert_eq!(store.rebuild(false).unwrap(), [run.id], "{what}: looking changes nothing");
    assert_eq!(store.rebuild(true).unwrap(), [run.id], "{what}");
    assert_eq!(store.rebuild(false).unwrap(), [], "{what}");
    assert_eq!(store.summary(&run.id).unwrap().rows_out, 5, "{what}");
    let newest: Vec<_> = store.history(&HistoryQuery::default()).unwrap();
    assert_eq!(newest.iter().map(|line| line.run_id).collect::<Vec<_>>(), [other, run.id]);
    let running = Some(("b".to_owned(), Some(sqlflow_state::StepStatus::Running)));
    let query = HistoryQuery { step: running, ..HistoryQuery::default() };
    assert_eq!(store.history(&query).unwrap().len(), 1, "{what}");
}

/// A change of the log is told whatever is asked, and never mended.
fn check_refused(store: &Subject, run: &Run<'_>, what: &str) {
    let corrupt = [
        store.load(&run.id, 0).unwrap_err(),
        store.rebuild(false).unwrap_err(),
        store.rebuild(true).unwrap_err(),
        store.load(&run.id, 0).unwrap_err(),
    ];
    for error in corrupt {
        assert_eq!(error.code(), "SF0709", "{what}: {error}");
    }
    store.remove(&run.id).unwrap();
    assert_eq!(store.load(&run.id, 0).unwrap_err().code(), "SF0702", "{what}");
}

#[test]
fn what_is_kept_beside_a_log_in_a_file_can_be_made_again() {
    // Mutations tried: `agrees` without the seal, without the steps; red.
    for change in [
        "UPDATE runs SET summary = json_set(summary, '$.rows_out', 99)",
        "UPDATE runs SET seal = zeroblob(32)",
        "UPDATE runs SET started_us = 0",
        "UPDATE runs SET pipeline = 'nightly'",
        "DELETE FROM runs",
        "UPDATE run_steps SET status = 'succeeded' WHERE step_id = 'b'",
        "DELETE FROM run_steps",
        "INSERT INTO run_steps SELECT run_id, 'x', 'failed' FROM runs",
    ] {
        let store = sqlite();
        let run = Run::of(&*store, "daily", "a b:a", ASKED);
        assert!(Sqlite::open(store.file()).unwrap().execute(change, []).unwrap() > 0);
        check_mended(&store, &run, change);
    }
}

#[test]
fn a_line_that_was_changed_is_not_shown() {
    let store = sqlite();
    let run = Run::of(&*store, "daily", "a", "");
    let change = "UPDATE runs SET summary = json_set(summary, '$.rows_out', 99)";
    Sqlite::open(store.file()).unwrap().execute(change, []).unwrap();
    assert_eq!(store.summary(&run.id).unwrap_err().code(), "SF0709");
    assert_eq!(store.history(&HistoryQuery::default()).unwrap_err().code(), "SF0709");
}

#[test]
fn a_log_in_a_file_that_was_changed_is_not_believed() {
    // Mutations tried: `Reader` without the hash, without the end; each red.
    for change in [
        "DELETE FROM run_events WHERE seq = 3",
        "DELETE FROM run_events WHERE seq > 3",
        "DELETE FROM run_events WHERE seq = 1",
        "DELETE FROM run_events",
        "DELETE FROM run_heads",
        "UPDATE run_heads SET head = zeroblob(32)",
        "UPDATE run_heads SET head = (SELECT hash FROM run_events WHERE seq = 3)",
        "UPDATE run_events SET json = replace(json, '\"rows_out\":5', '\"rows_out\":6')",
        "UPDATE run_events SET hash = zeroblob(32) WHERE seq = 2",
        "UPDATE run_events SET seq = seq + 1000 WHERE seq = 4",
    ] {
        let store = sqlite();
        let run = Run::of(&*store, "daily", "a b:a", ASKED);
        assert!(Sqlite::open(store.file()).unwrap().execute(change, []).unwrap() > 0);
        check_refused(&store, &run, change);
    }
}

#[test]
fn nothing_is_appended_to_a_log_that_was_changed() {
    let store = sqlite();
    let mut run = Run::of(&*store, "daily", "a b:a", ASKED);
    let other = Sqlite::open(store.file()).unwrap();
    other.execute("UPDATE run_heads SET head = zeroblob(32)", []).unwrap();
    assert_eq!(run.ask("complete b").unwrap_err().code(), "SF0709");
}

#[test]
fn a_lease_in_a_file_that_was_changed_is_not_believed() {
    let store = sqlite();
    let scope = sqlflow_state::Scope { project: "shop".to_owned(), pipeline: "daily".to_owned() };
    let request = sqlflow_state::LeaseRequest {
        scope: scope.clone(),
        owner: "host:1".to_owned(),
        lasts: std::time::Duration::ZERO,
        instead_of: None,
    };
    store.acquire(&request).unwrap();
    let other = Sqlite::open(store.file()).unwrap();
    other.execute("UPDATE leases SET lease = json_set(lease, '$.epoch', 0)", []).unwrap();
    assert_eq!(store.lease(&scope).unwrap_err().code(), "SF0709");
    assert_eq!(store.acquire(&request).unwrap_err().code(), "SF0709");
}

/// A store in a server of its own, and a client that changes what is in it.
fn in_redis(check: impl Fn(&Subject, &mut Connection)) {
    let server = Redis::start(Kept::Never);
    let mut client = redis::Client::open(server.url()).unwrap().get_connection().unwrap();
    check(&support::redis(&server), &mut client);
}

fn key(run: &Run<'_>, what: &str) -> String {
    format!("{{sqlflow}}:run:{}:{what}", run.id)
}

#[test]
fn what_is_kept_beside_a_log_in_redis_can_be_made_again() {
    type Change = fn(&Run<'_>, &mut Connection) -> redis::RedisResult<()>;
    let changes: [(&str, Change); 5] = [
        ("summary", |run, client| client.append(key(run, "summary"), " ")),
        ("no summary", |run, client| client.del(key(run, "summary"))),
        ("no steps", |run, client| client.del(key(run, "steps"))),
        ("another status", |run, client| client.hset(key(run, "steps"), "b", "failed")),
        ("not in the list", |run, client| client.zrem("{sqlflow}:runs", run.id.to_string())),
    ];
    for (what, change) in changes {
        in_redis(|store, client| {
            let run = Run::of(&**store, "daily", "a b:a", ASKED);
            change(&run, client).unwrap();
            check_mended(store, &run, what);
        });
    }
}

#[test]
fn a_log_in_redis_that_was_changed_is_not_believed() {
    type Change = fn(&Run<'_>, &mut Connection) -> redis::RedisResult<()>;
    let changes: [(&str, Change); 7] = [
        ("last event", |run, client| client.rpop(key(run, "log"), None)),
        ("first event", |run, client| client.lpop(key(run, "log"), None)),
        ("an event", |run, client| client.lset(key(run, "log"), 2, "x")),
        ("an event twice", |run, client| {
            let entry: String = client.lindex(key(run, "log"), 1)?;
            client.lset(key(run, "log"), 2, entry)
        }),
        ("the log", |run, client| client.del(key(run, "log"))),
        ("the head", |run, client| client.del(key(run, "head"))),
        ("another head", |run, client| client.set(key(run, "head"), "00")),
    ];
    for (what, change) in changes {
        in_redis(|store, client| {
            let mut run = Run::of(&**store, "daily", "a b:a", ASKED);
            change(&run, client).unwrap();
            if what == "the head" {
                assert_eq!(run.ask("complete b").unwrap_err().code(), "SF0709", "{what}");
            }
            check_refused(store, &run, what);
        });
    }
}
