//! Statements, transactions, errors and cancelling.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by them")]

mod support;

use std::sync::{Arc, Barrier};
use std::thread;

use sqlflow_engine::{Engine, EngineConfig, EngineErrorKind, Scan, Session};
use support::{Batches, Last, engine, kind, number, range, rows, session};

#[test]
fn a_commit_publishes_and_a_rollback_undoes() {
    let engine = engine(EngineConfig::default());
    let (mut writer, mut reader) = (engine.session().unwrap(), engine.session().unwrap());
    assert_eq!(writer.execute("CREATE TABLE t (n INT)").unwrap(), 0);
    writer.begin().unwrap();
    assert_eq!(writer.execute("INSERT INTO t VALUES (1), (2)").unwrap(), 2);
    assert_eq!(number(&mut *reader, "SELECT count(*) FROM t"), 0);
    writer.commit().unwrap();
    assert_eq!(number(&mut *reader, "SELECT count(*) FROM t"), 2);
    writer.begin().unwrap();
    assert_eq!(writer.execute("DELETE FROM t WHERE n = 1").unwrap(), 1);
    writer.rollback().unwrap();
    assert_eq!(number(&mut *reader, "SELECT count(*) FROM t"), 2);
    writer.rollback().expect("without a transaction there is nothing to undo");
}

#[test]
fn tables_of_two_schemas_change_in_one_transaction() {
    let mut session = session();
    session.execute("CREATE TABLE t (n INT)").unwrap();
    session.execute("CREATE TABLE _sqlflow.watermarks (n INT)").unwrap();
    session.begin().unwrap();
    session.execute("INSERT INTO t VALUES (1)").unwrap();
    session.execute("INSERT INTO _sqlflow.watermarks VALUES (1)").unwrap();
    session.rollback().unwrap();
    let both = "SELECT (SELECT count(*) FROM t) + (SELECT count(*) FROM _sqlflow.watermarks)";
    assert_eq!(number(&mut *session, both), 0);
}

#[test]
fn errors_tell_kind_place_and_candidates() {
    let mut session = session();
    session.execute("CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR)").unwrap();
    let mut check = |sql: &str, kind: EngineErrorKind, at: Option<&str>, candidate: &str| {
        let error = session.execute(sql).expect_err(sql);
        assert_eq!(error.kind, kind, "{sql}: {}", error.message);
        assert_eq!(error.position.map(|place| &sql[place..]), at, "{sql}");
        assert_eq!(error.candidates.first().map_or("", String::as_str), candidate, "{sql}");
        assert!(!error.message.contains(['{', '^']), "{}", error.message);
    };
    check(
        "SELECT 'é', nmae FROM customers",
        EngineErrorKind::Bind,
        Some("nmae FROM customers"),
        "name",
    );
    check(
        "CREATE TABLE t AS SELECT nmae FROM customers",
        EngineErrorKind::Bind,
        Some("nmae FROM customers"),
        "name",
    );
    check("SELECT * FROM custmers", EngineErrorKind::Catalog, Some("custmers"), "customers");
    check("SELEC 1", EngineErrorKind::Syntax, Some("SELEC 1"), "");
    check("SELECT 1 +", EngineErrorKind::Syntax, Some(""), "");
    check("SELECT 'abc'::INT", EngineErrorKind::Conversion, Some("::INT"), "");
    check("INSERT INTO customers VALUES (1, 'a'), (1, 'b')", EngineErrorKind::Constraint, None, "");
    check("COMMIT", EngineErrorKind::Transaction, None, "");
}

#[test]
fn an_error_in_a_middle_of_a_streamed_query_is_an_error_and_no_end() {
    let mut session = session();
    let sql = "SELECT CASE WHEN range < 5000000 THEN '1' ELSE 'x' END::INT FROM range(6000000)";
    let mut rows = session.query(sql).unwrap();
    let mut seen = 0;
    let error = loop {
        match rows.next() {
            Ok(batch) => seen += batch.expect("the rows ended without their error").num_rows(),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind, EngineErrorKind::Conversion);
    assert!(seen < 6_000_000);
}

#[test]
fn two_transactions_that_update_one_row_conflict() {
    let engine = engine(EngineConfig::default());
    let (mut one, mut two) = (engine.session().unwrap(), engine.session().unwrap());
    one.execute("CREATE TABLE t AS SELECT 1 AS n").unwrap();
    one.begin().unwrap();
    two.begin().unwrap();
    one.execute("UPDATE t SET n = 2").unwrap();
    assert_eq!(kind(&mut *two, "UPDATE t SET n = 3"), EngineErrorKind::Transaction);
}

#[test]
fn a_bound_statement_tells_its_errors_and_does_nothing() {
    let mut session = session();
    session.execute("CREATE TABLE t (n INT)").unwrap();
    let error = session.bind("SELECT m FROM t").unwrap_err();
    assert_eq!((error.kind, error.position), (EngineErrorKind::Bind, Some(7)));
    session.bind("DROP TABLE t").unwrap();
    session.bind("INSERT INTO t VALUES (1)").unwrap();
    assert_eq!(number(&mut *session, "SELECT count(*) FROM t"), 0);
    assert_eq!(session.bind("FROM t -- all of it").unwrap().field(0).name(), "n");
}

#[test]
fn the_catalog_lists_tables_and_views_with_their_columns() {
    let mut session = session();
    session.execute("CREATE SCHEMA s").unwrap();
    session.execute("CREATE TABLE s.\"odd \"\"name\" (a INT, b DECIMAL(9, 2)[])").unwrap();
    session.execute("CREATE TABLE gone (n INT)").unwrap();
    session.execute("CREATE VIEW broken AS SELECT n FROM gone").unwrap();
    session.execute("CREATE VIEW fine AS SELECT 1 AS one").unwrap();
    session.execute("DROP TABLE gone").unwrap();
    session.execute("CREATE TEMP TABLE passing (n INT)").unwrap();
    let told: Vec<_> = session
        .tables()
        .unwrap()
        .iter()
        .map(|t| (t.schema.clone(), t.name.clone(), t.is_view, t.columns.fields().len()))
        .collect();
    let entry = |s: &str, n: &str, view, columns| (s.to_owned(), n.to_owned(), view, columns);
    let expected = [
        entry("main", "broken", true, 0),
        entry("main", "fine", true, 1),
        entry("s", "odd \"name", false, 2),
    ];
    assert_eq!(told, expected);
}

/// Interrupts from another thread as soon as the scan was opened.
fn interrupted_load(session: &mut dyn Session, unordered: bool) -> EngineErrorKind {
    let scan = Batches::new(vec![range(0..3)], Last::Wait);
    let mounted = session.mount("source", Arc::clone(&scan) as Arc<dyn Scan>).unwrap();
    let interrupt = session.interrupt();
    let load = format!("CREATE TABLE t AS FROM {}", mounted.scan_sql());
    thread::scope(|threads| {
        threads.spawn(|| {
            while scan.openings.lock().unwrap().is_empty() {
                thread::yield_now();
            }
            interrupt.interrupt();
        });
        let outcome =
            if unordered { session.execute_unordered(&load) } else { session.execute(&load) };
        outcome.unwrap_err().kind
    })
}

#[test]
fn a_load_that_waits_for_its_source_can_be_cancelled() {
    for unordered in [false, true] {
        let mut session = session();
        session.begin().unwrap();
        session.execute("CREATE TABLE before (n INT)").unwrap();
        assert_eq!(interrupted_load(&mut *session, unordered), EngineErrorKind::Interrupted);
        assert_eq!(kind(&mut *session, "SELECT 1"), EngineErrorKind::Interrupted);
        session.rollback().unwrap();
        assert_eq!(session.tables().unwrap(), []);
        let order = "SELECT current_setting('preserve_insertion_order')::INT";
        assert_eq!(number(&mut *session, order), 1, "the order of later statements is kept");
    }
}

#[test]
fn a_long_query_can_be_cancelled() {
    let mut session = session();
    let interrupt = session.interrupt();
    let sql = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b";
    let outcome = thread::scope(|threads| {
        threads.spawn(|| {
            thread::park_timeout(std::time::Duration::from_millis(200));
            interrupt.interrupt();
        });
        session.execute(sql)
    });
    assert_eq!(outcome.unwrap_err().kind, EngineErrorKind::Interrupted);
    session.rollback().unwrap();
    assert_eq!(rows(&mut *session, "SELECT 1"), ["1"]);
}

/// The query goes on for hours, and DuckDB forgets an interrupt that comes as it starts.
/// Mutation tried: `interrupt` does not repeat itself; the test does not end.
#[test]
fn a_cancel_at_the_instant_a_query_starts_is_not_lost() {
    let sql = "SELECT count(*) FROM range(10000000) AS a, range(10000000) AS b \
               WHERE hash(a.range + b.range) = 1";
    let mut session = session();
    for turns in 0..200 {
        let interrupt = session.interrupt();
        let begin = Barrier::new(2);
        let outcome = thread::scope(|threads| {
            threads.spawn(|| {
                begin.wait();
                // Each round meets another instant of the start.
                (0..turns * 40).for_each(|_| std::hint::spin_loop());
                interrupt.interrupt();
            });
            begin.wait();
            session.execute(sql)
        });
        assert_eq!(outcome.unwrap_err().kind, EngineErrorKind::Interrupted);
        session.rollback().unwrap();
        assert_eq!(rows(&mut *session, "SELECT 1"), ["1"]);
    }
}

#[test]
fn a_cancel_between_statements_reaches_the_next_one() {
    let mut session = session();
    session.execute("CREATE TABLE t (n INT)").unwrap();
    session.begin().unwrap();
    session.execute("INSERT INTO t VALUES (1)").unwrap();
    session.interrupt().interrupt();
    assert_eq!(session.commit().unwrap_err().kind, EngineErrorKind::Interrupted);
    session.rollback().unwrap();
    assert_eq!(number(&mut *session, "SELECT count(*) FROM t"), 0);
}
