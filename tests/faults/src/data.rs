//! The files that sources read, with rows made by chance.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray},
    record_batch::RecordBatch,
};
use parquet::arrow::ArrowWriter;
use serde_json::{Value, json};

use crate::random::Random;
use crate::table::{Column, Type};

/// How a source's rows are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A CSV file with a comma between values.
    Csv,
    /// A CSV file with the sign of the connection `files`.
    Semicolons,
    /// A Parquet file.
    Parquet,
    /// Rows in the SOURCE itself.
    InMemory,
}

const WORDS: [&str; 7] = ["north", "it's", "a, b", "ünï 😀", "x\"y", "south; east", "-- west"];

/// The day that dates are counted from in Parquet, and the days of January 2024 from it.
const JANUARY_2024: i32 = 19_723;

/// A value of each column, one row after the other. No value is NULL, so that types can be
/// inferred.
pub(crate) fn rows(columns: &[Column], random: &mut Random) -> Vec<Vec<Value>> {
    let count = 2 + random.below(6);
    let row = |number: usize, random: &mut Random| {
        columns.iter().map(|column| value(column, number, random)).collect()
    };
    (0..count).map(|number| row(number, random)).collect()
}

fn value(column: &Column, number: usize, random: &mut Random) -> Value {
    match column.kind {
        Type::Int if column.name == "id" => json!(number + 1),
        Type::Int => json!(random.below(1_000)),
        Type::Real => json!(random.below(1_000) as f64 + 0.25),
        Type::Text => json!(*random.pick(&WORDS)),
        Type::Date => json!(format!("2024-01-{:02}", 1 + random.below(31))),
        Type::Flag => json!(random.chance(50)),
    }
}

/// The rows as a CSV file.
pub(crate) fn csv(columns: &[Column], rows: &[Vec<Value>], delimiter: char) -> Vec<u8> {
    let names = columns.iter().map(|column| quoted(&column.name));
    let mut text = names.collect::<Vec<_>>().join(&delimiter.to_string()) + "\n";
    for row in rows {
        let fields = row.iter().map(|value| match value {
            Value::String(text) => quoted(text),
            other => other.to_string(),
        });
        text += &(fields.collect::<Vec<_>>().join(&delimiter.to_string()) + "\n");
    }
    text.into_bytes()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The rows as a Parquet file.
pub(crate) fn parquet(columns: &[Column], rows: &[Vec<Value>]) -> Vec<u8> {
    let arrays = columns.iter().enumerate().map(|(at, column)| {
        let values: Vec<&Value> = rows.iter().map(|row| &row[at]).collect();
        (column.name.as_str(), array(column.kind, &values))
    });
    let batch = RecordBatch::try_from_iter(arrays).expect("columns of one length");
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), None).expect("a schema");
    writer.write(&batch).expect("a batch of the schema");
    writer.close().expect("the end of the file");
    file
}

fn array(kind: Type, values: &[&Value]) -> ArrayRef {
    let values = values.iter().copied();
    match kind {
        Type::Int => Arc::new(values.map(Value::as_i64).collect::<Int64Array>()),
        Type::Real => Arc::new(values.map(Value::as_f64).collect::<Float64Array>()),
        Type::Text => Arc::new(values.map(Value::as_str).collect::<StringArray>()),
        Type::Date => Arc::new(values.map(day).collect::<Date32Array>()),
        Type::Flag => Arc::new(values.map(Value::as_bool).collect::<BooleanArray>()),
    }
}

fn day(date: &Value) -> Option<i32> {
    let day: i32 = date.as_str()?.rsplit('-').next()?.parse().ok()?;
    Some(JANUARY_2024 + day - 1)
}

/// The rows as the `rows` of an in-memory source, and the `columns` that JSON has no type for.
pub(crate) fn in_memory(columns: &[Column], rows: &[Vec<Value>]) -> (String, String) {
    let object = |row: &Vec<Value>| {
        let entries = columns
            .iter()
            .zip(row)
            .map(|(column, value)| format!("{}: {value}", Value::from(column.name.as_str())));
        format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
    };
    let rows = rows.iter().map(object).collect::<Vec<_>>().join(",\n    ");
    let dates = columns.iter().filter(|column| column.kind == Type::Date);
    let dates = dates.map(|column| format!("{}: \"DATE\"", Value::from(column.name.as_str())));
    (format!("[{rows}]"), format!("{{{}}}", dates.collect::<Vec<_>>().join(", ")))
}
