//! Statements on one connection.

use std::cell::Cell;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::{Int64Type, Schema, SchemaRef};
use duckdb::Connection;
use sqlflow_fault as fault;

use super::catalog;
use super::failure::from_duckdb;
use super::interrupt::Interrupt;
use super::mounted::{Mounted, StaleViews};
use super::open::Instance;
use super::outgoing::{Outgoing, outgoing};
use super::rows::DuckRows;
use crate::engine::{Relation, Rows, Session, TableEntry};
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::quote::quote_identifier;
use crate::scan::Scan;
use crate::statement::{RowOrder, StatementState};
use crate::table_function::Mount;

/// A session on DuckDB.
pub(super) struct DuckSession {
    connection: Connection,
    statement: Arc<StatementState>,
    stale: Arc<StaleViews>,
    /// Whether a statement that was free in its order has left the setting behind.
    order_is_free: Cell<bool>,
    instance: Arc<Instance>,
}

impl DuckSession {
    pub(super) fn new(connection: Connection, instance: Arc<Instance>) -> Self {
        Self {
            connection,
            statement: Arc::default(),
            stale: Arc::default(),
            order_is_free: Cell::default(),
            instance,
        }
    }

    /// Runs one call into DuckDB as the session's statement.
    fn attempt<'s, T>(
        &'s self,
        act: impl FnOnce(&'s Connection) -> duckdb::Result<T>,
    ) -> Result<T> {
        let order = if self.instance.ordered { RowOrder::Kept } else { RowOrder::Free };
        self.attempt_in(order, act)
    }

    fn attempt_in<'s, T>(
        &'s self,
        order: RowOrder,
        act: impl FnOnce(&'s Connection) -> duckdb::Result<T>,
    ) -> Result<T> {
        let _running = self.statement.run();
        if self.statement.is_cancelled() {
            return Err(cancelled());
        }
        self.tidy_up();
        if self.instance.ordered && order != RowOrder::Kept {
            self.free_order();
        }
        self.statement.start(order);
        act(&self.connection).map_err(|error| explained(from_duckdb(&error), &self.statement))
    }

    /// Undoes what earlier statements left: the order of rows, and the names of unmounted scans.
    ///
    /// In an aborted transaction neither can be done. The order is then restored later, and a view
    /// is rolled back with the transaction or replaced by the next mount of its name.
    fn tidy_up(&self) {
        if self.order_is_free.get() {
            let kept = self.set_order(true);
            self.order_is_free.set(kept.is_err());
        }
        for view in self.stale.take() {
            let _ = self.connection.execute_batch(&format!("DROP VIEW IF EXISTS temp.main.{view}"));
        }
    }

    /// Lets rows be written in any order; what stays ordered where this fails is only slower.
    fn free_order(&self) {
        self.order_is_free.set(self.set_order(false).is_ok());
    }

    fn set_order(&self, ordered: bool) -> duckdb::Result<()> {
        let sql = format!("SET SESSION preserve_insertion_order = {ordered}");
        self.connection.execute_batch(&sql)
    }

    /// The token that a scan is read by.
    fn registered(&self, scan: Arc<dyn Scan>) -> Result<i64> {
        let (statement, instance) = (Arc::clone(&self.statement), &self.instance);
        let mount = Mount::new(scan, &instance.link, statement, instance.threads)
            .map_err(|reason| EngineError::new(EngineErrorKind::Unsupported, reason))?;
        Ok(instance.registry.insert(mount))
    }

    fn columns(&self, query: &str) -> Result<SchemaRef> {
        self.columns_and_way_out(query).map(|(columns, _)| columns)
    }

    /// The columns of a query, and whether their values can leave the engine.
    fn columns_and_way_out(&self, query: &str) -> Result<(SchemaRef, Result<Outgoing>)> {
        // DuckDB plans a constant false as no scan at all.
        let sql = format!("SELECT * FROM (\n{query}\n) WHERE false");
        self.attempt(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let columns = statement.stream_arrow([])?.get_schema();
            Ok((columns, outgoing(&statement)))
        })
    }
}

impl Session for DuckSession {
    fn execute(&mut self, sql: &str) -> Result<u64> {
        self.attempt(|connection| changed_rows(connection, sql))
    }

    fn execute_unordered(&mut self, sql: &str) -> Result<u64> {
        self.attempt_in(RowOrder::Free, |connection| changed_rows(connection, sql))
    }

    fn execute_copy(&mut self, sql: &str) -> Result<u64> {
        self.attempt_in(RowOrder::KeptInParts, |connection| changed_rows(connection, sql))
    }

    fn begin(&mut self) -> Result<()> {
        self.attempt(|connection| connection.execute_batch("BEGIN TRANSACTION"))
    }

    fn commit(&mut self) -> Result<()> {
        fault::point(fault::ENGINE_COMMITTING);
        self.attempt(|connection| connection.execute_batch("COMMIT"))?;
        fault::point(fault::ENGINE_COMMITTED);
        Ok(())
    }

    fn rollback(&mut self) -> Result<()> {
        self.statement.acknowledge_cancel();
        match self.attempt(|connection| connection.execute_batch("ROLLBACK")) {
            Err(error) if error.message.contains("no transaction is active") => Ok(()),
            outcome => outcome,
        }
    }

    fn query<'s>(&'s mut self, sql: &str) -> Result<Box<dyn Rows + 's>> {
        let statement = &self.statement;
        let rows = self.attempt(|connection| DuckRows::start(connection, sql, statement))?;
        Ok(Box::new(rows?))
    }

    fn bind(&mut self, sql: &str) -> Result<SchemaRef> {
        self.attempt(|connection| connection.prepare(sql).map(drop))?;
        match self.columns(sql.trim_end().trim_end_matches(';')) {
            Err(error) if error.kind == EngineErrorKind::Syntax => Ok(Arc::new(Schema::empty())),
            columns => columns,
        }
    }

    fn bind_outgoing(&mut self, query: &str) -> Result<SchemaRef> {
        let (columns, way_out) = self.columns_and_way_out(query)?;
        way_out.map(|_| columns)
    }

    fn mount(&mut self, name: &str, scan: Arc<dyn Scan>) -> Result<Mounted> {
        let quoted = quote_identifier(name);
        if self.columns(&format!("FROM {quoted}")).is_ok() {
            let message =
                format!("{quoted} means a table or view already; mount under another name");
            return Err(EngineError::new(EngineErrorKind::Catalog, message));
        }
        let mounted = Mounted::named(name, self.registered(scan)?, &self.instance, &self.stale);
        self.attempt(|connection| connection.execute_batch(&mounted.view_sql()))?;
        Ok(mounted)
    }

    fn mount_unnamed(&mut self, scan: Arc<dyn Scan>) -> Result<Mounted> {
        Ok(Mounted::unnamed(self.registered(scan)?, &self.instance, &self.stale))
    }

    fn tables(&mut self) -> Result<Vec<TableEntry>> {
        let names = self.attempt(catalog::names)?;
        let entries = names.into_iter().map(|entry| {
            let columns = self.columns(&catalog::select_sql(&entry));
            catalog::with_columns(entry, columns)
        });
        entries.collect()
    }

    fn relations(&mut self) -> Result<Vec<Relation>> {
        self.attempt(catalog::names)
    }

    fn interrupt(&self) -> Interrupt {
        Interrupt::new(self.connection.interrupt_handle(), &self.statement)
    }
}

/// Says what failed a statement: a cancel before all, then a scan, then DuckDB.
pub(super) fn explained(error: EngineError, statement: &StatementState) -> EngineError {
    let scan = statement.take_failure();
    if statement.is_cancelled() || error.kind == EngineErrorKind::Interrupted {
        return EngineError { scan: scan.map(Box::new), ..cancelled() };
    }
    match scan {
        None => error,
        // DuckDB tells of the thread that came first, which may have stopped for the one that failed.
        Some(scan) => {
            let message = scan.to_string();
            EngineError {
                scan: Some(Box::new(scan)),
                ..EngineError::new(EngineErrorKind::Scan, message)
            }
        }
    }
}

fn cancelled() -> EngineError {
    let message = "the statement was cancelled; roll back before the next one";
    EngineError::new(EngineErrorKind::Interrupted, message)
}

fn changed_rows(connection: &Connection, sql: &str) -> duckdb::Result<u64> {
    let mut statement = connection.prepare(sql)?;
    let changed = statement.execute([])?;
    // DuckDB tells the rows of CREATE TABLE AS as a result, not as a number of changes.
    if changed > 0 || statement.column_names() != ["Count"] {
        return Ok(changed as u64);
    }
    let told = statement.step()?.map(|row| Arc::clone(row.column(0)));
    let count = told.as_deref().and_then(|told| told.as_primitive_opt::<Int64Type>());
    let count = count.and_then(|count| count.iter().next().flatten());
    Ok(count.map_or(0, i64::unsigned_abs))
}
