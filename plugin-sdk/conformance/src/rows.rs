//! Rows that were read, and how two sets of them differ.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, RecordBatch, RecordBatchOptions},
    compute::{CastOptions, cast_with_options, concat_batches},
    datatypes::{DataType, Field, Schema, SchemaRef},
    row::{RowConverter, SortField},
    util::display::{FormatOptions, array_value_to_string},
};
use sqlflow_plugin_sdk::{BatchStream, Result};

use crate::{Outcome, failure::broken};

/// The batches of a read, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    pub(crate) batches: Vec<RecordBatch>,
    /// The schema of the last stream.
    pub(crate) schema: Option<SchemaRef>,
}

impl Rows {
    /// These batches.
    pub(crate) fn of(batches: &[RecordBatch]) -> Self {
        let schema = batches.first().map(RecordBatch::schema);
        Self { batches: batches.to_vec(), schema }
    }

    /// Takes all that a stream has left.
    pub(crate) fn take(&mut self, stream: &mut dyn BatchStream) -> Result<()> {
        self.schema = Some(stream.schema());
        while let Some(batch) = stream.next_batch()? {
            self.batches.push(batch);
        }
        Ok(())
    }

    /// How many.
    pub(crate) fn count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// All in one batch.
    pub(crate) fn whole(&self) -> Outcome<RecordBatch> {
        let schema = self.schema.clone().unwrap_or_else(|| Arc::new(Schema::empty()));
        if schema.fields().is_empty() {
            let options = RecordBatchOptions::new().with_row_count(Some(self.count()));
            return Ok(RecordBatch::try_new_with_options(schema, Vec::new(), &options)?);
        }
        Ok(concat_batches(&schema, &self.batches)?)
    }

    /// The rows in the types and the order of the columns of `schema`, by name.
    pub(crate) fn cast_to(&self, schema: &SchemaRef) -> Outcome<Self> {
        let schema = &offsets(schema);
        if self.batches.is_empty() {
            return Ok(Self { batches: Vec::new(), schema: Some(Arc::clone(schema)) });
        }
        let whole = self.whole()?;
        if whole.num_columns() != schema.fields().len() {
            return broken(format!("the columns are {}", names(&whole.schema())));
        }
        let columns: Outcome<Vec<ArrayRef>> = schema
            .fields()
            .iter()
            .map(|field| match whole.column_by_name(field.name()) {
                Some(column) => Ok(cast_with_options(column, field.data_type(), &STRICT)?),
                None => broken(format!("column `{}` is missing", field.name())),
            })
            .collect();
        Ok(Self::of(&[RecordBatch::try_new(Arc::clone(schema), columns?)?]))
    }
}

/// The schema with time zones as offsets: arrow reads texts into no others.
fn offsets(schema: &SchemaRef) -> SchemaRef {
    let offset = |field: &Arc<Field>| match field.data_type() {
        DataType::Timestamp(unit, Some(zone)) if zone.as_ref() == "UTC" => {
            let kind = DataType::Timestamp(*unit, Some("+00:00".into()));
            Arc::new(field.as_ref().clone().with_data_type(kind))
        }
        _ => Arc::clone(field),
    };
    Arc::new(Schema::new(schema.fields().iter().map(offset).collect::<Vec<_>>()))
}

const STRICT: CastOptions<'static> =
    CastOptions { safe: false, format_options: FormatOptions::new() };

/// The names of a schema's columns.
pub(crate) fn names(schema: &Schema) -> String {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    format!("[{}]", names.join(", "))
}

/// Each row as bytes that are equal where the rows are.
pub(crate) fn keys(batch: &RecordBatch) -> Outcome<Vec<Vec<u8>>> {
    if batch.num_columns() == 0 {
        return Ok(vec![Vec::new(); batch.num_rows()]);
    }
    let schema = batch.schema();
    let fields = schema.fields().iter().map(|f| SortField::new(f.data_type().clone()));
    let rows = RowConverter::new(fields.collect())?.convert_columns(batch.columns())?;
    Ok(rows.iter().map(|row| row.as_ref().to_vec()).collect())
}

/// Fails where two reads did not give the same rows in the same order.
pub(crate) fn same_order(expected: &RecordBatch, got: &RecordBatch) -> Outcome {
    let (wanted, found) = (keys(expected)?, keys(got)?);
    if let Some(at) = wanted.iter().zip(&found).position(|(a, b)| a != b) {
        return broken(format!("row {at} is {}, not {}", shown(got, at), shown(expected, at)));
    }
    same_count(wanted.len(), found.len())
}

/// Fails where two reads did not give the same rows, in whatever order.
pub(crate) fn same_set(expected: &RecordBatch, got: &RecordBatch) -> Outcome {
    let (wanted, found) = (sorted(expected)?, sorted(got)?);
    let differ = wanted.iter().zip(&found).find(|((a, _), (b, _))| a != b);
    match differ {
        Some(((a, at), (b, _))) if a < b => {
            broken(format!("the row {} is missing", shown(expected, *at)))
        }
        Some((_, (_, at))) => broken(format!("the row {} is too much", shown(got, *at))),
        None => same_count(wanted.len(), found.len()),
    }
}

/// Fails where a row of `part` is not among those of `whole`.
pub(crate) fn is_part(part: &RecordBatch, whole: &RecordBatch) -> Outcome {
    let (part_keys, whole_keys) = (sorted(part)?, sorted(whole)?);
    let mut rest = whole_keys.iter();
    for (key, at) in &part_keys {
        if !rest.any(|(candidate, _)| candidate == key) {
            return broken(format!("the row {} is not among the others", shown(part, *at)));
        }
    }
    Ok(())
}

fn sorted(batch: &RecordBatch) -> Outcome<Vec<(Vec<u8>, usize)>> {
    let mut keys: Vec<_> = keys(batch)?.into_iter().zip(0..).collect();
    keys.sort();
    Ok(keys)
}

fn same_count(expected: usize, got: usize) -> Outcome {
    if expected == got { Ok(()) } else { broken(format!("{got} rows came, not {expected}")) }
}

/// A row as text.
pub(crate) fn shown(batch: &RecordBatch, row: usize) -> String {
    let cell = |column: &ArrayRef| match column.is_null(row) {
        true => "NULL".to_owned(),
        false => array_value_to_string(column, row).unwrap_or_else(|error| error.to_string()),
    };
    let cells: Vec<String> = batch.columns().iter().map(cell).collect();
    format!("({})", cells.join(", "))
}
