//! Rows out of a query.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use duckdb::{Connection, Statement};

use super::failure::from_duckdb;
use super::outgoing::{Outgoing, count_digits, outgoing};
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
    outgoing: Outgoing,
}

impl<'s> DuckRows<'s> {
    /// # Errors
    /// DuckDB's; inside, a column whose values would change on their way out.
    pub(super) fn start(
        connection: &'s Connection,
        sql: &str,
        state: &Arc<StatementState>,
    ) -> duckdb::Result<Result<Self>> {
        let mut statement = connection.prepare(sql)?;
        let schema = statement.stream_arrow([])?.get_schema();
        let outgoing = outgoing(&statement);
        let (statement, state) = (Some(statement), Arc::clone(state));
        let unseen = Outgoing::AsTheyAre;
        let mut rows = Self { statement, connection, schema, state, outgoing: unseen };
        Ok(outgoing.map(|outgoing| {
            rows.outgoing = outgoing;
            rows
        }))
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
        let batch = step.map(RecordBatch::from);
        if let (Some(batch), Outgoing::CountDigits) = (&batch, self.outgoing) {
            count_digits(batch)?;
        }
        Ok(batch)
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
