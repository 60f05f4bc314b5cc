//! A scan in parts that is copied by all threads keeps its order.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by them")]

mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use sqlflow_engine::{Next, Scan, ScanError, ScanStream};
use support::{number, range, session};

/// More than a row group of DuckDB, so that whole row groups are joined.
const ROWS_PER_PART: i64 = 300_000;
const ROWS_PER_BATCH: i64 = 5_000;

/// `count` parts of consecutive numbers, of which the first waits until another has ended: its
/// thread is the last to be ready, whatever the machine does.
struct Numbers {
    count: i64,
    another_ended: Arc<AtomicBool>,
    opened: AtomicUsize,
}

struct Part {
    waits: bool,
    another_ended: Arc<AtomicBool>,
    left: Mutex<Vec<RecordBatch>>,
}

impl Numbers {
    fn new(count: i64) -> Arc<Self> {
        let (another_ended, opened) = (Arc::default(), AtomicUsize::default());
        Arc::new(Self { count, another_ended, opened })
    }

    fn part(&self, part: i64, parts: i64) -> Arc<dyn ScanStream> {
        let from = part * ROWS_PER_PART;
        let batch = |at: i64| range(from + at..from + at + ROWS_PER_BATCH);
        let batches = 0..ROWS_PER_PART / ROWS_PER_BATCH;
        let left = Mutex::new(batches.rev().map(|n| batch(n * ROWS_PER_BATCH)).collect());
        let another_ended = Arc::clone(&self.another_ended);
        Arc::new(Part { waits: part == 0 && parts > 1, another_ended, left })
    }
}

impl Scan for Numbers {
    fn schema(&self) -> SchemaRef {
        range(0..1).schema()
    }

    fn estimated_rows(&self) -> Option<u64> {
        None
    }

    fn open(&self, _: &[usize], _: usize) -> Result<Arc<dyn ScanStream>, ScanError> {
        Err(ScanError::new("a copy opens parts"))
    }

    fn open_parts(&self, _: &[usize], most: usize) -> Result<Vec<Arc<dyn ScanStream>>, ScanError> {
        self.opened.store(most, Ordering::SeqCst);
        Ok((0..self.count).map(|part| self.part(part, self.count)).collect())
    }
}

impl ScanStream for Part {
    fn next(&self, _: Duration) -> Result<Next, ScanError> {
        if self.waits && !self.another_ended.load(Ordering::SeqCst) {
            return Ok(Next::Pending);
        }
        let batch = self.left.lock().unwrap().pop();
        if batch.is_none() {
            self.another_ended.store(true, Ordering::SeqCst);
        }
        Ok(batch.map_or(Next::End, Next::Batch))
    }
}

/// Mutation: a thread that does not wait for its turn (`is_turn` always true) turns this red.
#[test]
fn a_copy_by_all_threads_keeps_the_order_of_the_parts() {
    for _ in 0..5 {
        let scan = Numbers::new(2);
        let mut session = session();
        let mounted = session.mount("numbers", Arc::clone(&scan) as Arc<dyn Scan>).unwrap();
        let load = format!("CREATE TABLE t AS SELECT * FROM {}", mounted.scan_sql());
        let rows = 2 * ROWS_PER_PART;
        assert_eq!(session.execute_copy(&load).unwrap(), rows.unsigned_abs());
        assert_eq!(scan.opened.load(Ordering::SeqCst), 2, "one part for each of two threads");
        assert_eq!(number(&mut *session, "SELECT count(*) FROM t WHERE n = rowid"), rows);
        let append = format!("INSERT INTO t BY NAME SELECT * FROM {}", mounted.scan_sql());
        assert_eq!(session.execute_copy(&append).unwrap(), rows.unsigned_abs());
        let kept = format!("SELECT count(*) FROM t WHERE n = rowid % {rows}");
        assert_eq!(number(&mut *session, &kept), 2 * rows);
    }
}

#[test]
fn one_part_is_copied_in_order_too() {
    let scan = Numbers::new(1);
    let mut session = session();
    let mounted = session.mount("numbers", scan).unwrap();
    let load = format!("CREATE TABLE t AS SELECT * FROM {}", mounted.scan_sql());
    assert_eq!(session.execute_copy(&load).unwrap(), ROWS_PER_PART.unsigned_abs());
    assert_eq!(number(&mut *session, "SELECT count(*) FROM t WHERE n = rowid"), ROWS_PER_PART);
}
