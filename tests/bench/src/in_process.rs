use arrow::{array::RecordBatch, datatypes::SchemaRef};
use sqlflow_plugin_sdk::{BatchStream, Result};

use crate::ROWS;

/// Hands out a table in batches without a boundary: slices of the same buffers.
#[derive(Debug)]
pub struct InProcess {
    table: RecordBatch,
    next: usize,
}

impl InProcess {
    /// A stream of the whole table.
    pub fn new(table: &RecordBatch) -> Self {
        Self { table: table.clone(), next: 0 }
    }
}

impl BatchStream for InProcess {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        if self.next >= self.table.num_rows() {
            return Ok(None);
        }
        let batch = self.table.slice(self.next, ROWS);
        self.next += ROWS;
        Ok(Some(batch))
    }
}
