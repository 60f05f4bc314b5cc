use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray},
    error::ArrowError,
};

/// Rows of a batch.
pub const ROWS: usize = 8_192;

/// Batches of the table.
pub const BATCHES: usize = 64;

/// 64 batches of 8,192 rows as one: three columns of whole numbers, a tenth of them null, three of
/// floats, two of texts and two of booleans.
///
/// # Errors
///
/// None, as the columns are equally long.
pub fn table() -> Result<RecordBatch, ArrowError> {
    let rows = (ROWS * BATCHES) as i64;
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for salt in 0..3 {
        let whole = (0..rows).map(|row| (row % 10 != salt).then_some(row * 7 + salt));
        columns.push((format!("i{salt}"), Arc::new(whole.collect::<Int64Array>())));
        let floats = (0..rows).map(|row| (row + salt) as f64 / 8.0);
        columns.push((format!("f{salt}"), Arc::new(Float64Array::from_iter_values(floats))));
    }
    for salt in 0..2 {
        let texts = (0..rows).map(|row| format!("text {}", row % 1_000 + salt));
        columns.push((format!("s{salt}"), Arc::new(StringArray::from_iter_values(texts))));
        let flags = (0..rows).map(|row| Some(row % (salt + 2) == 0));
        columns.push((format!("b{salt}"), Arc::new(flags.collect::<BooleanArray>())));
    }
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    )
}
