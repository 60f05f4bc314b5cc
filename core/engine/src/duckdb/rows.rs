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
    statement: Statement<'s>,
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
        Ok(Self { statement, schema, state: Arc::clone(state) })
    }
}

impl Rows for DuckRows<'_> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        // Not the crate's iterator, which panics on an error.
        let step = self.statement.step();
        let step = step.map_err(|error| explained(from_duckdb(&error), &self.state))?;
        Ok(step.map(RecordBatch::from))
    }
}
