//! What the rest of the system knows of a SQL engine.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use crate::duckdb::{Interrupt, Mounted};
use crate::error::Result;
use crate::scan::Scan;

/// One open database, shared by all who run steps on it.
pub trait Engine: Send + Sync {
    /// Opens another session, with its own transaction and its own mounts.
    ///
    /// # Errors
    /// Fails when the engine can open no further connection.
    fn session(&self) -> Result<Box<dyn Session>>;

    /// The engine's name, `duckdb`.
    fn name(&self) -> &'static str;

    /// The engine's version, such as `v1.5.6`.
    fn version(&self) -> &str;
}

/// One line of statements: a transaction at most, a statement at a time.
///
/// Outside `begin` and `commit` each statement is a transaction of its own. SQL given here is one
/// statement; where it holds several, all run, and figures are those of the last.
pub trait Session: Send {
    /// Runs a statement and returns how many rows it changed; 0 for one that changes none.
    ///
    /// # Errors
    /// Fails with the engine's error, or with the mounted scan's own in [`EngineError::scan`].
    ///
    /// [`EngineError::scan`]: crate::EngineError::scan
    fn execute(&mut self, sql: &str) -> Result<u64>;

    /// Runs a statement as [`execute`](Session::execute) does, free to write rows in any order.
    ///
    /// Holds for this statement of this session alone, whatever the engine was opened with.
    ///
    /// # Errors
    /// As `execute`.
    fn execute_unordered(&mut self, sql: &str) -> Result<u64>;

    /// Runs a statement that copies one mounted scan into a table, on all threads and in the
    /// scan's order: each thread writes a part of the scan, and the parts are joined in their order.
    ///
    /// For `CREATE TABLE t AS SELECT * FROM scan` and `INSERT INTO t … SELECT * FROM scan` alone:
    /// in any other statement rows may come in any order.
    ///
    /// # Errors
    /// As `execute`.
    fn execute_copy(&mut self, sql: &str) -> Result<u64>;

    /// Starts a transaction.
    ///
    /// # Errors
    /// Fails when one is open already.
    fn begin(&mut self) -> Result<()>;

    /// Makes the transaction durable.
    ///
    /// # Errors
    /// Fails on a conflict with another transaction, on a violated constraint, when the session was
    /// interrupted, and when no transaction is open; nothing is then written.
    fn commit(&mut self) -> Result<()>;

    /// Undoes the transaction, if one is open, and makes an interrupted session usable again.
    ///
    /// # Errors
    /// Fails when the engine cannot roll back.
    fn rollback(&mut self) -> Result<()>;

    /// Runs a query and streams its rows; the session is busy until they are dropped.
    ///
    /// # Errors
    /// As `execute`; errors met while rows are produced come out of [`Rows::next`].
    fn query<'s>(&'s mut self, sql: &str) -> Result<Box<dyn Rows + 's>>;

    /// Checks a statement without running it: the columns a query would yield, or none for a
    /// statement that is no query. No scan is opened.
    ///
    /// # Errors
    /// Fails with the parser's or the binder's error and its place in `sql`.
    fn bind(&mut self, sql: &str) -> Result<SchemaRef>;

    /// The columns of a query whose rows leave the engine; it has been seen to bind.
    ///
    /// # Errors
    /// Fails where a column has a type whose values [`Session::query`] would have to change.
    fn bind_outgoing(&mut self, query: &str) -> Result<SchemaRef>;

    /// Makes a scan readable in this session, as the relation `name` and as
    /// [`Mounted::scan_sql`].
    ///
    /// The name stands in the session's temporary schema, which is searched first: a table that is
    /// created under it afterwards is hidden until the scan is unmounted. A step whose target may
    /// have the scan's name should read `scan_sql` and not the name.
    ///
    /// # Errors
    /// Fails when the name already means a relation, when a column has a type that DuckDB cannot
    /// hold unchanged (the column is named), and when the session cannot create the relation.
    fn mount(&mut self, name: &str, scan: Arc<dyn Scan>) -> Result<Mounted>;

    /// Makes a scan readable in this session as [`Mounted::scan_sql`] alone, under no name.
    ///
    /// # Errors
    /// Fails when a column has a type that DuckDB cannot hold unchanged (the column is named).
    fn mount_unnamed(&mut self, scan: Arc<dyn Scan>) -> Result<Mounted>;

    /// Lists the tables and views of the current database, temporary ones left out, sorted by
    /// schema and name.
    ///
    /// # Errors
    /// Fails when the catalog cannot be read.
    fn tables(&mut self) -> Result<Vec<TableEntry>>;

    /// Lists the same as [`tables`](Session::tables) without their columns: it takes no longer than
    /// the catalog is long, whatever the views say.
    ///
    /// # Errors
    /// As `tables`.
    fn relations(&mut self) -> Result<Vec<Relation>>;

    /// Returns what cancels this session from any thread.
    fn interrupt(&self) -> Interrupt;
}

/// The rows of a query, produced as they are asked for.
pub trait Rows {
    /// The columns of every batch.
    fn schema(&self) -> SchemaRef;

    /// Returns the next batch, of 2,048 rows at most, or `None` after the last.
    ///
    /// # Errors
    /// Fails as [`Session::execute`] does; no batch follows an error.
    fn next(&mut self) -> Result<Option<RecordBatch>>;
}

/// The name of a table or view of the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The schema it stands in.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Whether it is a view.
    pub is_view: bool,
}

/// A table or view of the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableEntry {
    /// The schema it stands in.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its columns; none for a view whose query no longer binds.
    pub columns: SchemaRef,
    /// Whether it is a view.
    pub is_view: bool,
}
