//! Engines and scans for the tests.

#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::{Int64Type, SchemaRef};
use sqlflow_engine::{
    Database, DuckDb, Engine, EngineConfig, EngineErrorKind, Next, Scan, ScanError, ScanStream,
    Session,
};

/// A session on an in-memory database with two threads.
pub(crate) fn session() -> Box<dyn Session> {
    engine(EngineConfig::default()).session().unwrap()
}

pub(crate) fn engine(config: EngineConfig) -> DuckDb {
    DuckDb::open(&EngineConfig { threads: Some(2), ..config }).unwrap()
}

/// A database file in a folder, where SQL may touch that folder only.
pub(crate) fn in_folder(folder: &Path) -> EngineConfig {
    EngineConfig {
        database: Database::File(folder.join("w.duckdb")),
        temp_directory: Some(folder.join("spill")),
        allowed_directories: vec![folder.to_owned()],
        ..EngineConfig::default()
    }
}

/// All rows of a query, each column as DuckDB writes it.
pub(crate) fn rows(session: &mut dyn Session, sql: &str) -> Vec<String> {
    let mut out = session.query(&format!("SELECT COLUMNS(*)::VARCHAR FROM ({sql})")).unwrap();
    let mut told = Vec::new();
    while let Some(batch) = out.next().unwrap() {
        told.extend((0..batch.num_rows()).map(|row| line(&batch, row)));
    }
    told
}

fn line(batch: &RecordBatch, row: usize) -> String {
    let cell = |column: &ArrayRef| {
        if column.is_null(row) { "NULL" } else { column.as_string::<i32>().value(row) }.to_owned()
    };
    batch.columns().iter().map(cell).collect::<Vec<_>>().join("|")
}

/// The one number a query yields.
pub(crate) fn number(session: &mut dyn Session, sql: &str) -> i64 {
    let mut rows = session.query(&format!("SELECT ({sql})::BIGINT")).unwrap();
    let batch = rows.next().unwrap().unwrap();
    batch.column(0).as_primitive::<Int64Type>().value(0)
}

pub(crate) fn kind(session: &mut dyn Session, sql: &str) -> EngineErrorKind {
    session.execute(sql).expect_err(sql).kind
}

/// A batch of one column `n` that holds a range.
pub(crate) fn range(numbers: std::ops::Range<i64>) -> RecordBatch {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(numbers));
    RecordBatch::try_from_iter([("n", column)]).unwrap()
}

/// What the stream does after its batches.
#[derive(Clone, Copy)]
pub(crate) enum Last {
    End,
    Wait,
    Fail,
    Panic,
}

/// The projection and the number of threads a scan was opened with.
pub(crate) type Opening = (Vec<usize>, usize);

/// A scan of batches in memory, which remembers how it was opened.
pub(crate) struct Batches {
    batches: Vec<RecordBatch>,
    last: Last,
    pub(crate) openings: Mutex<Vec<Opening>>,
    pub(crate) live: Arc<()>,
}

impl Batches {
    pub(crate) fn new(batches: Vec<RecordBatch>, last: Last) -> Arc<Self> {
        Arc::new(Self { batches, last, openings: Mutex::default(), live: Arc::new(()) })
    }
}

impl Scan for Batches {
    fn schema(&self) -> SchemaRef {
        self.batches[0].schema()
    }

    fn estimated_rows(&self) -> Option<u64> {
        Some(self.batches.iter().map(|batch| batch.num_rows() as u64).sum())
    }

    fn open(&self, projection: &[usize], threads: usize) -> Result<Arc<dyn ScanStream>, ScanError> {
        self.openings.lock().unwrap().push((projection.to_vec(), threads));
        let left = self.batches.iter().map(|batch| batch.project(projection).unwrap()).collect();
        let live = Arc::clone(&self.live);
        Ok(Arc::new(Left { batches: Mutex::new(left), last: self.last, _live: live }))
    }
}

struct Left {
    batches: Mutex<VecDeque<RecordBatch>>,
    last: Last,
    _live: Arc<()>,
}

/// The connector's own error, which must come back out of the engine.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("page {page} is gone")]
pub(crate) struct PageGone {
    pub(crate) page: u32,
}

impl ScanStream for Left {
    fn next(&self, wait: Duration) -> Result<Next, ScanError> {
        if let Some(batch) = self.batches.lock().unwrap().pop_front() {
            return Ok(Next::Batch(batch));
        }
        match self.last {
            Last::End => Ok(Next::End),
            Last::Fail => Err(ScanError::from_source(PageGone { page: 7 })),
            Last::Panic => panic!("a bug of the connector"),
            Last::Wait => {
                std::thread::park_timeout(wait);
                Ok(Next::Pending)
            }
        }
    }
}
