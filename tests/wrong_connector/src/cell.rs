//! Values, and tables of them.

use std::sync::Arc;

use arrow::{
    array::{
        Array, ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, RecordBatchOptions,
        StringArray,
    },
    datatypes::{DataType, Field, Float64Type, Int64Type, Schema, SchemaRef},
};
use serde::{Deserialize, Serialize};
use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

/// One value. Numbers with a fraction are kept as their bits, so that NaN equals itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Float(u64),
    Text(String),
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    Int,
    Float,
    Text,
}

pub(crate) type Row = Vec<Cell>;

/// Columns and rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) columns: Vec<(String, Kind)>,
    pub(crate) rows: Vec<Row>,
    /// The commits that made it.
    #[serde(default)]
    pub(crate) tokens: Vec<String>,
}

impl Table {
    pub(crate) fn schema(&self) -> SchemaRef {
        let field = |(name, kind): &(String, Kind)| Field::new(name, kind.arrow(), true);
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }

    pub(crate) fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|(name, _)| name == column)
    }
}

impl Kind {
    fn arrow(self) -> DataType {
        match self {
            Self::Int => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Text => DataType::Utf8,
        }
    }

    /// The kind that keeps every value of a type; there is none for most types.
    fn of(field: &Field) -> Result<Self> {
        match field.data_type() {
            DataType::Int64 => Ok(Self::Int),
            DataType::Float64 => Ok(Self::Float),
            DataType::Utf8 => Ok(Self::Text),
            other => Err(Error::new(
                ErrorKind::Unsupported,
                format!("column `{}` is {other}, which cannot be kept", field.name()),
            )),
        }
    }
}

pub(crate) fn columns_of(schema: &Schema) -> Result<Vec<(String, Kind)>> {
    schema.fields().iter().map(|field| Ok((field.name().clone(), Kind::of(field)?))).collect()
}

/// The rows of a batch of known columns.
pub(crate) fn rows_of(batch: &RecordBatch) -> Vec<Row> {
    let row = |at: usize| batch.columns().iter().map(|column| cell(column, at)).collect();
    (0..batch.num_rows()).map(row).collect()
}

fn cell(column: &ArrayRef, row: usize) -> Cell {
    if column.is_null(row) {
        return Cell::Null;
    }
    match column.data_type() {
        DataType::Int64 => Cell::Int(column.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => Cell::Float(column.as_primitive::<Float64Type>().value(row).to_bits()),
        _ => Cell::Text(column.as_string::<i32>().value(row).to_owned()),
    }
}

/// A batch of these rows; each row has the columns of `schema`.
pub(crate) fn batch(schema: &SchemaRef, rows: &[Row]) -> Result<RecordBatch> {
    let column = |(at, field): (usize, &Arc<Field>)| -> ArrayRef {
        let cells = || rows.iter().map(move |row| &row[at]);
        match field.data_type() {
            DataType::Int64 => Arc::new(Int64Array::from_iter(cells().map(int))),
            DataType::Float64 => Arc::new(Float64Array::from_iter(cells().map(float))),
            _ => Arc::new(StringArray::from_iter(cells().map(text))),
        }
    };
    let columns = schema.fields().iter().enumerate().map(column).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .map_err(|error| Error::new(ErrorKind::Bug, "rows without a batch").caused_by(&error))
}

pub(crate) fn int(cell: &Cell) -> Option<i64> {
    if let Cell::Int(number) = cell { Some(*number) } else { None }
}

pub(crate) fn float(cell: &Cell) -> Option<f64> {
    if let Cell::Float(bits) = cell { Some(f64::from_bits(*bits)) } else { None }
}

pub(crate) fn text(cell: &Cell) -> Option<&str> {
    if let Cell::Text(text) = cell { Some(text) } else { None }
}
