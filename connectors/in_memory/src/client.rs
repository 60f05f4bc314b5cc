use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use sqlflow_plugin_sdk::{CommitRecord, CommitToken, Result, WriteReport};

/// The tables of this process, which all sessions of the plugin share.
static STORE: LazyLock<Mutex<Store>> = LazyLock::new(Mutex::default);

/// One state of a table. Who reads it keeps it, whatever is written meanwhile.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) rows: RecordBatch,
    /// Another one after each write.
    pub(crate) version: u64,
}

impl Table {
    pub(crate) fn schema(&self) -> SchemaRef {
        self.rows.schema()
    }
}

/// Tables, and beside them what was committed.
#[derive(Debug, Default)]
struct Store {
    tables: HashMap<String, Arc<Table>>,
    commits: HashMap<CommitToken, (CommitRecord, WriteReport)>,
    writes: u64,
}

fn store() -> MutexGuard<'static, Store> {
    STORE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The table of this name as it is now.
pub(crate) fn table(name: &str) -> Option<Arc<Table>> {
    store().tables.get(name).cloned()
}

/// The tables there are, by name.
pub(crate) fn tables() -> Vec<(String, Arc<Table>)> {
    let named = |(name, table): (&String, &Arc<Table>)| (name.clone(), Arc::clone(table));
    let mut tables: Vec<_> = store().tables.iter().map(named).collect();
    tables.sort_by(|(one, _), (other, _)| one.cmp(other));
    tables
}

/// What was published under a token.
pub(crate) fn committed(token: &CommitToken) -> Option<WriteReport> {
    store().commits.get(token).map(|(_, report)| report.clone())
}

/// Publishes a table and its commit record in one; a token that is known publishes nothing.
/// `rows` makes the new rows out of those that are there.
///
/// # Errors
///
/// Those of `rows`: nothing was published.
pub(crate) fn publish(
    name: &str,
    record: &CommitRecord,
    rows: impl FnOnce(Option<&RecordBatch>) -> Result<RecordBatch>,
) -> Result<WriteReport> {
    let mut store = store();
    if let Some((_, report)) = store.commits.get(&record.token) {
        return Ok(report.clone());
    }
    let rows = rows(store.tables.get(name).map(|table| &table.rows))?;
    let report = WriteReport {
        rows: record.rows,
        bytes: None,
        places: vec![name.to_owned()],
        warnings: Vec::new(),
    };
    store.writes += 1;
    let table = Table { rows, version: store.writes };
    store.tables.insert(name.to_owned(), Arc::new(table));
    store.commits.insert(record.token.clone(), (record.clone(), report.clone()));
    Ok(report)
}
