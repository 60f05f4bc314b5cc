//! Filters and the range of an incremental read, evaluated over a batch.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BooleanArray, RecordBatch, Scalar},
    compute::{
        cast, filter_record_batch, is_not_null, is_null,
        kernels::{cmp, numeric::sub_wrapping},
        or,
    },
    datatypes::{DataType, Field, Schema},
    error::ArrowError,
};
use serde_json::{Value, json};
use sqlflow_plugin_sdk::{
    Comparison, Cursor, Error, ErrorKind, Filter, FilterSupport, ReadRequest, Result, StreamName,
    rows,
};

use crate::error::from_arrow;

/// How well a filter is evaluated: exactly, or not at all.
pub(crate) fn support(filter: &Filter, schema: &Schema) -> FilterSupport {
    let empty = RecordBatch::new_empty(Arc::new(schema.clone()));
    evaluate(filter, &empty).map_or(FilterSupport::Unsupported, |_| FilterSupport::Exact)
}

/// The rows that fulfil everything the request asks for and [`support`] says is evaluated.
pub(crate) fn select(batch: RecordBatch, request: &ReadRequest) -> Result<RecordBatch> {
    let schema = batch.schema();
    let filters = request.filters.iter();
    let filters =
        filters.filter(|filter| support(filter, &schema) == FilterSupport::Exact).cloned();
    let range = request.cursor.as_ref().map(|cursor| range(cursor, &schema)).transpose()?;
    let mut batch = batch;
    for filter in filters.chain(range.into_iter().flatten()) {
        let kept = evaluate(&filter, &batch)?;
        batch = filter_record_batch(&batch, &kept).map_err(|error| failed(&error))?;
    }
    Ok(batch)
}

fn evaluate(filter: &Filter, batch: &RecordBatch) -> Result<BooleanArray> {
    let column = batch.column_by_name(&filter.column).ok_or_else(|| {
        Error::new(ErrorKind::Schema, format!("there is no column `{}`", filter.column))
    })?;
    match filter.comparison {
        Comparison::IsNull => return is_null(column).map_err(|error| failed(&error)),
        Comparison::IsNotNull => return is_not_null(column).map_err(|error| failed(&error)),
        Comparison::In => return any_of(filter, column, batch.num_rows()),
        _ => {}
    }
    let value = scalar(column.data_type(), &filter.value)?;
    let kept = match filter.comparison {
        Comparison::Equal => cmp::eq(column, &value),
        Comparison::NotEqual => cmp::neq(column, &value),
        Comparison::Less => cmp::lt(column, &value),
        Comparison::LessOrEqual => cmp::lt_eq(column, &value),
        Comparison::Greater => cmp::gt(column, &value),
        Comparison::GreaterOrEqual => cmp::gt_eq(column, &value),
        _ => return Err(unfit()),
    };
    kept.map_err(|error| failed(&error))
}

fn any_of(filter: &Filter, column: &ArrayRef, rows: usize) -> Result<BooleanArray> {
    let mut any = BooleanArray::from(vec![false; rows]);
    for value in filter.value.as_array().ok_or_else(unfit)? {
        let equal = cmp::eq(column, &scalar(column.data_type(), value)?);
        any = equal.and_then(|equal| or(&any, &equal)).map_err(|error| failed(&error))?;
    }
    Ok(any)
}

/// The value as the column's type. Floats are left to the host: Arrow tells -0.0 from 0.0.
fn scalar(kind: &DataType, value: &Value) -> Result<Scalar<ArrayRef>> {
    let fits = match kind {
        kind if kind.is_integer() => value.is_i64() || value.is_u64(),
        DataType::Boolean => value.is_boolean(),
        DataType::Utf8 | DataType::Date32 | DataType::Timestamp(..) => value.is_string(),
        _ => false,
    };
    if !fits {
        return Err(unfit());
    }
    let schema = rows::schema([rows::column("value", kind.clone())]);
    let row = std::iter::once(Ok(json!({"value": value})));
    let request = ReadRequest::of(StreamName::default());
    let batch = rows::stream(&schema, &request, row)?.next_batch()?.ok_or_else(unfit)?;
    Ok(Scalar::new(Arc::clone(batch.column(0))))
}

/// `lower - lookback <= column <= upper`.
fn range(cursor: &Cursor, schema: &Schema) -> Result<Vec<Filter>> {
    let field = schema.field_with_name(&cursor.column);
    let field = field.map_err(|error| from_arrow("the cursor column is not there", &error))?;
    let lower = cursor.lower.as_ref().map(|lower| lowered(lower, cursor, field)).transpose()?;
    let bound = |comparison, value: Option<Value>| {
        value.map(|value| Filter { column: cursor.column.clone(), comparison, value })
    };
    let bounds = [
        bound(Comparison::GreaterOrEqual, lower),
        bound(Comparison::LessOrEqual, cursor.upper.clone()),
    ];
    Ok(bounds.into_iter().flatten().collect())
}

fn lowered(lower: &Value, cursor: &Cursor, field: &Field) -> Result<Value> {
    let Some(lookback) = cursor.lookback.as_ref().filter(|lookback| !lookback.is_null()) else {
        return Ok(lower.clone());
    };
    match (lower.as_i64(), lookback.as_i64()) {
        (Some(lower), Some(lookback)) if field.data_type().is_integer() => {
            Ok(lower.saturating_sub(lookback).into())
        }
        (None, Some(seconds)) => earlier(field.data_type(), lower, seconds),
        _ => Err(unfit()),
    }
}

/// A moment so many seconds before another, as text.
fn earlier(kind: &DataType, moment: &Value, seconds: i64) -> Result<Value> {
    use arrow::{
        array::Int64Array, datatypes::TimeUnit::Second, util::display::array_value_to_string,
    };
    let instants = DataType::Timestamp(Second, None);
    let text = || -> std::result::Result<String, ArrowError> {
        let moment = scalar(kind, moment)
            .map_err(|error| ArrowError::from_external_error(Box::new(error)))?;
        let moment = cast(&cast(&moment.into_inner(), &instants)?, &DataType::Int64)?;
        let before = sub_wrapping(&moment, &Int64Array::from(vec![seconds]))?;
        let before = cast(&cast(&before, &instants)?, kind)?;
        array_value_to_string(&before, 0)
    };
    text().map(Value::from).map_err(|error| failed(&error))
}

fn unfit() -> Error {
    Error::new(ErrorKind::Unsupported, "the value cannot be compared with the column")
}

fn failed(error: &ArrowError) -> Error {
    from_arrow("a comparison cannot be evaluated", error)
}

#[cfg(test)]
mod tests;
