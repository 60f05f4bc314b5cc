use std::collections::HashMap;

use arrow::{
    array::{Array, RecordBatch, UInt64Array},
    compute::take_record_batch,
    error::ArrowError,
    row::{Row, RowConverter, Rows, SortField},
};
use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use crate::error::from_arrow;

/// Of the rows with the same key, the last, in the place of the first.
///
/// # Errors
///
/// A key column is not there, or is null in a row.
pub(crate) fn last_of_each_key(rows: &RecordBatch, keys: &[String]) -> Result<RecordBatch> {
    let encoded = encode(rows, keys)?;
    let mut places: HashMap<Row<'_>, usize> = HashMap::new();
    let mut kept: Vec<u64> = Vec::new();
    for (index, key) in encoded.iter().enumerate() {
        let place = *places.entry(key).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(earlier) => *earlier = index as u64,
            None => kept.push(index as u64),
        }
    }
    take_record_batch(rows, &UInt64Array::from(kept)).map_err(|error| failed(&error))
}

fn encode(rows: &RecordBatch, keys: &[String]) -> Result<Rows> {
    let column = |name: &String| {
        let column = rows.column_by_name(name).ok_or_else(|| {
            Error::new(ErrorKind::Schema, format!("the key column `{name}` is not there"))
        })?;
        if column.logical_null_count() > 0 {
            let message = format!("the key column `{name}` is null in some rows");
            return Err(Error::new(ErrorKind::Data, message)
                .with_remedy("leave out rows without a key, or use another key"));
        }
        Ok(column.clone())
    };
    let columns = keys.iter().map(column).collect::<Result<Vec<_>>>()?;
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone()));
    let converter = RowConverter::new(fields.collect());
    converter
        .and_then(|converter| converter.convert_columns(&columns))
        .map_err(|error| failed(&error))
}

fn failed(error: &ArrowError) -> Error {
    from_arrow("the rows cannot be told apart by their keys", error)
}
