//! Rows out of a query.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use duckdb::{Connection, Statement};

use super::failure::from_duckdb;
use super::session::explained;
use crate::engine::Rows;
use crate::error::Result;
use crate::statement::StatementState;

/// A streamed result; DuckDB holds a few batches of it at a time.
pub(super) struct DuckRows<'s> {
    statement: Option<Statement<'s>>,
    connection: &'s Connection,
    schema: SchemaRef,
    state: Arc<StatementState>,
}

impl<'s> DuckRows<'s> {
    pub(super) fn start(
        connection: &'s Connection,
        sql: &str,
        state: &Arc<StatementState>,
    ) -> duckdb::Result<Self> {
        let mut statement = connection.prepare(sql)?;
        let schema = statement.stream_arrow([])?.get_schema();
        let (statement, state) = (Some(statement), Arc::clone(state));
        Ok(Self { statement, connection, schema, state })
    }
}

impl Rows for DuckRows<'_> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        let Some(statement) = &self.statement else {
            return Ok(None);
        };
        // Not the crate's iterator, which panics on an error.
        let step = statement.step().map_err(|error| explained(from_duckdb(&error), &self.state))?;
        if step.is_none() {
            self.statement = None;
        }
        Ok(step.map(RecordBatch::from))
    }
}

impl Drop for DuckRows<'_> {
    fn drop(&mut self) {
        if self.statement.take().is_some() {
            // DuckDB lets go of a result, and of the scans it reads, with the next statement only;
            // whether that one succeeds is of no matter.
            let _ = self.connection.execute_batch("SELECT 1");
        }
    }
}
