use std::sync::Arc;

use arrow::{
    array::{RecordBatch, RecordBatchOptions},
    datatypes::{DataType, SchemaRef},
};
use sqlflow_plugin_sdk::{BatchStream, CancelToken, Error, Result};

use crate::{
    column::{Column, NullTexts, column},
    error::{from_arrow, quoted},
    records::{Block, RecordReader, located},
    types::sql_name,
};

/// Rows that are split before they are parsed, few enough that the caches hold them.
const BLOCK: usize = 512;

/// How the fields of a file become columns.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// The columns to yield.
    pub(crate) schema: SchemaRef,
    /// For each of them, where in a record it stands and whether its type was declared.
    pub(crate) fields: Vec<(usize, bool)>,
    pub(crate) nulls: NullTexts,
}

/// When a batch is full, and how many rows are wanted at all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) batch_rows: usize,
    pub(crate) batch_bytes: u64,
    pub(crate) rows: u64,
}

/// The rows of a range, batch by batch.
#[derive(Debug)]
pub(crate) struct CsvStream {
    records: RecordReader,
    layout: Layout,
    limits: Limits,
    cancel: CancelToken,
}

impl CsvStream {
    pub(crate) fn new(records: RecordReader, layout: Layout, limits: Limits) -> Self {
        Self { records, layout, limits, cancel: CancelToken::new() }
    }

    fn columns(&self, rows: usize) -> Result<Vec<Box<dyn Column>>> {
        let fields = self.layout.schema.fields().iter().zip(&self.layout.fields);
        fields
            .map(|(field, (_, declared))| {
                let kind = field.data_type();
                column(kind, *declared, rows).ok_or_else(|| unreadable(field.name(), kind))
            })
            .collect()
    }

    /// Adds rows to the columns until the batch is full; returns how many.
    fn fill(&mut self, columns: &mut [Box<dyn Column>], wanted: usize) -> Result<usize> {
        let (mut rows, before) = (0, self.records.remaining());
        while rows < wanted && before - self.records.remaining() < self.limits.batch_bytes {
            self.cancel.check()?;
            let Some(block) = self.records.next_block(BLOCK.min(wanted - rows))? else { break };
            rows += block.rows;
            if let Err(unfit) = append(columns, &self.layout, block) {
                return Err(self.unfit(unfit));
            }
        }
        Ok(rows)
    }

    fn unfit(&self, unfit: Unfit) -> Error {
        let field = self.layout.schema.field(unfit.column);
        let (name, kind) = (field.name(), sql_name(field.data_type()));
        let declared = self.layout.fields[unfit.column].1;
        let how = if declared { "declared" } else { "inferred from the first rows" };
        let what =
            format!("column `{name}`: {} is not {kind}, the type {how}", quoted(&unfit.text));
        let declare = format!("declare the column: \"columns\": {{\"{name}\": \"VARCHAR\"}}");
        located(self.records.file(), unfit.at, what).with_context("column", name).with_remedy(
            match declared {
                true => format!("correct the value, or {declare}"),
                false => format!("{declare}, or raise `sample_rows`"),
            },
        )
    }
}

/// A text that is no value of its column's type.
struct Unfit {
    /// Which of the columns to yield.
    column: usize,
    text: String,
    /// Where it stands in the file.
    at: u64,
}

fn append(columns: &mut [Box<dyn Column>], layout: &Layout, block: Block<'_>) -> Result<(), Unfit> {
    for (place, (column, (index, _))) in columns.iter_mut().zip(&layout.fields).enumerate() {
        column.append(block, *index, &layout.nulls).map_err(|row| Unfit {
            column: place,
            text: block.column(*index).nth(row).unwrap_or_default().into_owned(),
            at: block.position(row, *index),
        })?;
    }
    Ok(())
}

fn unreadable(name: &str, kind: &DataType) -> Error {
    let message = format!("column `{name}`: CSV text cannot be read as {}", sql_name(kind));
    Error::new(sqlflow_plugin_sdk::ErrorKind::Schema, message)
        .with_remedy("read it as VARCHAR and CAST it in SQL")
}

impl BatchStream for CsvStream {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.layout.schema)
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let wanted = self.limits.rows.min(self.limits.batch_rows as u64) as usize;
        let mut columns = self.columns(wanted)?;
        let rows = self.fill(&mut columns, wanted)?;
        if rows == 0 {
            return Ok(None);
        }
        self.limits.rows -= rows as u64;
        let arrays = columns.iter_mut().map(|column| column.finish()).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(self.schema(), arrays, &options)
            .map(Some)
            .map_err(|error| from_arrow(&error))
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}
