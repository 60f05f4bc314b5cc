//! Rows that come in through a mounted scan.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by them")]

mod support;

use std::sync::Arc;

use sqlflow_engine::{Engine, EngineConfig, EngineErrorKind, Next, Scan, ScanError, ScanStream};
use support::{Batches, Last, PageGone, engine, number, range, rows, session};

#[test]
fn rows_keep_the_order_of_their_source_across_batches_of_any_length() {
    let lengths = [0..1, 1..1, 1..2049, 2049..12_289, 12_289..12_290];
    let scan = Batches::new(lengths.map(range).to_vec(), Last::End);
    let mut session = session();
    let mounted = session.mount("source", scan).unwrap();
    let load = format!("CREATE TABLE t AS SELECT * FROM {}", mounted.scan_sql());
    assert_eq!(session.execute(&load).unwrap(), 12_290);
    assert_eq!(number(&mut *session, "SELECT count(*) FROM t WHERE n = rowid"), 12_290);
}

#[test]
fn an_unordered_load_pulls_with_all_threads_and_loses_and_doubles_no_row() {
    let batches = (0..50).map(|at| range(at * 5_000..(at + 1) * 5_000)).collect();
    let scan = Batches::new(batches, Last::End);
    let mut session = session();
    let mounted = session.mount("source", Arc::clone(&scan) as Arc<dyn Scan>).unwrap();
    let load = format!("CREATE TABLE t AS SELECT * FROM {}", mounted.scan_sql());
    assert_eq!(session.execute_unordered(&load).unwrap(), 250_000);
    assert_eq!(scan.openings.lock().unwrap()[..], [(vec![0], 2)]);
    let told = rows(&mut *session, "SELECT count(DISTINCT n), min(n), max(n) FROM t");
    assert_eq!(told, ["250000|0|249999"]);
    let order = "SELECT current_setting('preserve_insertion_order')::INT";
    assert_eq!(number(&mut *session, order), 1);
}

#[test]
fn the_scan_is_asked_for_the_columns_wanted_and_no_others() {
    let schema = |sql: &str| {
        let batch = range(0..3);
        let column = Arc::clone(batch.column(0));
        let three = ["a", "b", "c"].map(|name| (name, Arc::clone(&column)));
        let batch = arrow::array::RecordBatch::try_from_iter(three).unwrap();
        let scan = Batches::new(vec![batch], Last::End);
        let mut session = session();
        let _mounted = session.mount("source", Arc::clone(&scan) as Arc<dyn Scan>).unwrap();
        let told = rows(&mut *session, sql);
        let openings = scan.openings.lock().unwrap().clone();
        (told, openings)
    };
    let check = |sql, told: &[&str], projection: &[usize]| {
        let told: Vec<_> = told.iter().map(|row| (*row).to_owned()).collect();
        assert_eq!(schema(sql), (told, vec![(projection.to_vec(), 1)]), "{sql}");
    };
    check("SELECT c, a FROM source WHERE a > 1", &["2|2"], &[0, 2]);
    check("SELECT b FROM source", &["0", "1", "2"], &[1]);
    check("SELECT count(*) FROM source", &["3"], &[0]);
    check("SELECT * FROM source LIMIT 1", &["0|0|0"], &[0, 1, 2]);
}

#[test]
fn a_row_number_is_refused_and_not_made_up() {
    let mut session = session();
    let _mounted = session.mount("source", Batches::new(vec![range(0..3)], Last::End)).unwrap();
    let error = session.execute("SELECT rowid FROM source").unwrap_err();
    assert_eq!(error.kind, EngineErrorKind::Bind);
}

#[test]
fn the_error_of_a_scan_comes_back_as_it_was_given() {
    for unordered in [false, true] {
        let mut session = session();
        let scan = Batches::new(vec![range(0..5_000)], Last::Fail);
        let mounted = session.mount("source", scan).unwrap();
        let load = format!("CREATE TABLE t AS SELECT * FROM {}", mounted.scan_sql());
        let outcome =
            if unordered { session.execute_unordered(&load) } else { session.execute(&load) };
        let error = outcome.unwrap_err();
        assert_eq!(error.kind, EngineErrorKind::Scan);
        assert_eq!(error.message, "page 7 is gone");
        let source = error.scan.unwrap().into_source().unwrap();
        assert_eq!(source.downcast_ref::<PageGone>(), Some(&PageGone { page: 7 }));
        assert_eq!(session.tables().unwrap(), [], "the half load is rolled back");
    }
}

#[test]
fn the_error_of_a_scan_comes_out_of_a_streamed_query_too() {
    let mut session = session();
    let scan = Batches::new(vec![range(0..2_000_000)], Last::Fail);
    let _mounted = session.mount("source", scan).unwrap();
    let mut rows = session.query("SELECT n FROM source").unwrap();
    let error = loop {
        match rows.next() {
            Ok(batch) => assert!(batch.is_some(), "the rows ended as if all were read"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind, EngineErrorKind::Scan);
    drop(rows);
    assert_eq!(number(&mut *session, "SELECT 1"), 1);
}

#[test]
fn a_panic_in_a_stream_fails_the_statement_only() {
    let mut session = session();
    let scan = Batches::new(vec![range(0..10)], Last::Panic);
    let mounted = session.mount("source", scan).unwrap();
    let error = session.execute(&format!("SELECT sum(n) FROM {}", mounted.scan_sql())).unwrap_err();
    assert_eq!(error.kind, EngineErrorKind::Scan);
    assert_eq!(error.message, "the stream panicked: a bug of the connector");
    assert_eq!(number(&mut *session, "SELECT 1"), 1);
}

#[test]
fn a_scan_that_cannot_start_fails_the_statement_with_its_error() {
    struct Closed;
    impl Scan for Closed {
        fn schema(&self) -> arrow::datatypes::SchemaRef {
            range(0..1).schema()
        }
        fn estimated_rows(&self) -> Option<u64> {
            None
        }
        fn open(&self, _: &[usize], _: usize) -> Result<Arc<dyn ScanStream>, ScanError> {
            Err(ScanError::from_source(PageGone { page: 1 }))
        }
    }
    let mut session = session();
    let _mounted = session.mount("source", Arc::new(Closed)).unwrap();
    let error = session.execute("SELECT * FROM source").unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (EngineErrorKind::Scan, "page 1 is gone"));
}

#[test]
fn a_batch_that_is_not_as_announced_is_refused() {
    struct Liar;
    impl ScanStream for Liar {
        fn next(&self, _: std::time::Duration) -> Result<Next, ScanError> {
            let column: arrow::array::ArrayRef =
                Arc::new(arrow::array::StringArray::from(vec!["x"]));
            let batch = arrow::array::RecordBatch::try_from_iter([("n", column)]);
            Ok(Next::Batch(batch.unwrap()))
        }
    }
    impl Scan for Liar {
        fn schema(&self) -> arrow::datatypes::SchemaRef {
            range(0..1).schema()
        }
        fn estimated_rows(&self) -> Option<u64> {
            None
        }
        fn open(&self, _: &[usize], _: usize) -> Result<Arc<dyn ScanStream>, ScanError> {
            Ok(Arc::new(Liar))
        }
    }
    let mut session = session();
    let _mounted = session.mount("source", Arc::new(Liar)).unwrap();
    let error = session.execute("SELECT n FROM source").unwrap_err();
    assert_eq!(error.kind, EngineErrorKind::Scan);
    assert!(error.message.starts_with("column \"n\": "), "{}", error.message);
}

#[test]
fn a_stream_is_dropped_when_its_rows_are() {
    // More than the 10 MiB that DuckDB fills before it hands the first rows out.
    let scan = Batches::new(vec![range(0..2_000_000)], Last::Wait);
    let mut session = session();
    let _mounted = session.mount("source", Arc::clone(&scan) as Arc<dyn Scan>).unwrap();
    let mut rows = session.query("SELECT n FROM source").unwrap();
    assert_eq!(rows.next().unwrap().unwrap().num_rows(), 2_048);
    drop(rows);
    assert_eq!(Arc::strong_count(&scan.live), 1);
}

#[test]
fn two_scans_of_one_statement_are_read_side_by_side() {
    let mut session = session();
    let left = session.mount("left one", Batches::new(vec![range(0..3)], Last::End)).unwrap();
    let right = session.mount("r", Batches::new(vec![range(2..5)], Last::End)).unwrap();
    let sql = format!("SELECT n FROM \"{}\" JOIN {} USING (n)", left.name(), right.scan_sql());
    assert_eq!(rows(&mut *session, &sql), ["2"]);
    assert_eq!(rows(&mut *session, "SELECT a.n FROM r a JOIN r b ON a.n = b.n + 1"), ["3", "4"]);
}

#[test]
fn a_name_that_means_a_table_or_view_is_refused_whatever_its_case() {
    let mut session = session();
    session.execute("CREATE TABLE orders (id INT)").unwrap();
    session.execute("CREATE VIEW recent AS FROM orders").unwrap();
    let _other = session.mount("mounted", Batches::new(vec![range(0..1)], Last::End)).unwrap();
    for name in ["orders", "ORDERS", "recent", "Mounted"] {
        let scan = Batches::new(vec![range(0..1)], Last::End);
        assert_eq!(session.mount(name, scan).unwrap_err().kind, EngineErrorKind::Catalog, "{name}");
    }
    assert_eq!(number(&mut *session, "SELECT count(*) FROM orders"), 0);
}

#[test]
fn a_mount_is_seen_by_its_own_session_only() {
    let engine = engine(EngineConfig::default());
    let (mut one, mut two) = (engine.session().unwrap(), engine.session().unwrap());
    let _mounted = one.mount("source", Batches::new(vec![range(0..3)], Last::End)).unwrap();
    assert_eq!(two.execute("SELECT * FROM source").unwrap_err().kind, EngineErrorKind::Catalog);
    let _own = two.mount("source", Batches::new(vec![range(0..5)], Last::End)).unwrap();
    assert_eq!(number(&mut *one, "SELECT count(*) FROM source"), 3);
    assert_eq!(number(&mut *two, "SELECT count(*) FROM source"), 5);
}

#[test]
fn an_unmounted_scan_can_be_read_no_more_and_its_name_is_free() {
    let mut session = session();
    let scan = Batches::new(vec![range(0..3)], Last::End);
    let mounted = session.mount("source", Arc::clone(&scan) as Arc<dyn Scan>).unwrap();
    let sql = format!("FROM {}", mounted.scan_sql());
    mounted.unmount();
    assert_eq!(session.execute(&sql).unwrap_err().kind, EngineErrorKind::Bind);
    assert_eq!(session.execute("FROM source").unwrap_err().kind, EngineErrorKind::Catalog);
    assert_eq!(Arc::strong_count(&scan), 1, "the engine lets go of the scan");
    session.execute("CREATE TABLE source AS SELECT 1 AS one").unwrap();
    assert_eq!(rows(&mut *session, "FROM source"), ["1"]);
}

#[test]
fn a_name_can_be_mounted_again_after_its_unmounting_was_rolled_back() {
    let mut session = session();
    let first = session.mount("source", Batches::new(vec![range(0..3)], Last::End)).unwrap();
    session.begin().unwrap();
    first.unmount();
    session.execute("SELECT 1").unwrap();
    session.rollback().unwrap();
    let _second = session.mount("source", Batches::new(vec![range(0..4)], Last::End)).unwrap();
    assert_eq!(number(&mut *session, "SELECT count(*) FROM source"), 4);
}

#[test]
fn binding_tells_columns_and_opens_no_scan() {
    let mut session = session();
    let scan = Batches::new(vec![range(0..3)], Last::Fail);
    let _mounted = session.mount("source", Arc::clone(&scan) as Arc<dyn Scan>).unwrap();
    let schema = session.bind("SELECT n, n::VARCHAR AS told FROM source;").unwrap();
    let told: Vec<_> =
        schema.fields().iter().map(|f| format!("{} {}", f.name(), f.data_type())).collect();
    assert_eq!(told, ["n Int64", "told Utf8"]);
    assert_eq!(session.bind("CREATE TABLE t AS FROM source").unwrap().fields().len(), 0);
    assert_eq!(scan.openings.lock().unwrap().len(), 0);
    assert_eq!(session.tables().unwrap(), []);
}
