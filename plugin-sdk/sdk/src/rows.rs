//! Rows as Rust structs or JSON values, turned into typed, bounded batches, so that no connector
//! builds Arrow arrays by hand.

use std::{fmt, sync::Arc};

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, Field, Schema, SchemaRef},
    json::{ReaderBuilder, reader::infer_json_schema_from_iterator},
};
use serde::Serialize;
use serde_json::Value;

use crate::{BatchStream, CancelToken, Error, ErrorKind, ReadRequest, Result};

/// A column that may be null.
pub fn column(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

/// A schema of these columns, in order.
pub fn schema(columns: impl IntoIterator<Item = Field>) -> SchemaRef {
    Arc::new(Schema::new(columns.into_iter().collect::<Vec<_>>()))
}

/// The schema of these rows, each a JSON object: the widest type seen per column, all nullable.
///
/// # Errors
///
/// [`ErrorKind::Data`] where a row is no object or a column mixes objects with plain values.
pub fn infer_schema<'a>(rows: impl IntoIterator<Item = &'a Value>) -> Result<SchemaRef> {
    let inferred = infer_json_schema_from_iterator(rows.into_iter().map(Ok));
    inferred.map(Arc::new).map_err(|error| {
        Error::new(ErrorKind::Data, "the rows have no common schema").caused_by(&error)
    })
}

/// A stream of `rows` in `schema`, by field name: a missing field is null, a field that the
/// schema does not have is left out, and so is a column that the request does not ask for.
///
/// # Errors
///
/// The request asks for a column that the schema does not have.
pub fn stream<T, I>(
    schema: &SchemaRef,
    request: &ReadRequest,
    rows: I,
) -> Result<Box<dyn BatchStream>>
where
    T: Serialize + 'static,
    I: Iterator<Item = Result<T>> + Send + 'static,
{
    let schema = project(schema, request.columns.as_deref())?;
    let rows_per_batch = request.batch_rows.max(1);
    Ok(Box::new(Rows { schema, rows, rows_per_batch, cancel: CancelToken::new() }))
}

/// The columns of `schema` that a request asks for, in its order.
///
/// # Errors
///
/// [`ErrorKind::Schema`] where one is not there.
pub fn project(schema: &SchemaRef, columns: Option<&[String]>) -> Result<SchemaRef> {
    let Some(columns) = columns else { return Ok(Arc::clone(schema)) };
    let fields: Result<Vec<Field>> = columns
        .iter()
        .map(|name| {
            schema.field_with_name(name).cloned().map_err(|_| {
                Error::new(ErrorKind::Schema, format!("the stream has no column `{name}`"))
            })
        })
        .collect();
    Ok(Arc::new(Schema::new(fields?)))
}

struct Rows<I> {
    schema: SchemaRef,
    rows: I,
    rows_per_batch: usize,
    cancel: CancelToken,
}

impl<T: Serialize, I: Iterator<Item = Result<T>> + Send> BatchStream for Rows<I> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let rows: Vec<T> = self.rows.by_ref().take(self.rows_per_batch).collect::<Result<_>>()?;
        self.cancel.check()?;
        if rows.is_empty() {
            return Ok(None);
        }
        if self.schema.fields().is_empty() {
            return count_only(&self.schema, rows.len()).map(Some);
        }
        to_batch(&self.schema, &rows).map(Some)
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

impl<I> fmt::Debug for Rows<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("schema", &self.schema).finish_non_exhaustive()
    }
}

fn to_batch<T: Serialize>(schema: &SchemaRef, rows: &[T]) -> Result<RecordBatch> {
    let mut decoder = ReaderBuilder::new(Arc::clone(schema))
        .with_batch_size(rows.len())
        .build_decoder()
        .map_err(wrong_rows)?;
    decoder.serialize(rows).map_err(wrong_rows)?;
    let batch = decoder.flush().map_err(wrong_rows)?;
    batch.ok_or_else(|| Error::new(ErrorKind::Bug, "rows were given and no batch came"))
}

/// A batch of no columns, which still counts its rows.
fn count_only(schema: &SchemaRef, rows: usize) -> Result<RecordBatch> {
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), Vec::new(), &options).map_err(wrong_rows)
}

fn wrong_rows(error: arrow::error::ArrowError) -> Error {
    Error::new(ErrorKind::Data, "a row does not fit the stream's schema").caused_by(&error)
}

#[cfg(test)]
mod tests {
    use arrow::{
        array::{AsArray, Int64Array, StringArray},
        datatypes::Int64Type,
    };
    use serde_json::json;

    use super::*;
    use crate::StreamName;

    #[derive(Serialize)]
    struct Ticket {
        id: i64,
        title: Option<&'static str>,
        unused: bool,
    }

    fn tickets() -> SchemaRef {
        schema([column("id", DataType::Int64), column("title", DataType::Utf8)])
    }

    #[test]
    fn structs_become_batches_of_the_size_asked_for() {
        let mut request = ReadRequest::of(StreamName::from("tickets"));
        request.batch_rows = 2;
        let rows =
            (1..=3).map(|id| Ok(Ticket { id, title: (id != 2).then_some("t"), unused: true }));
        let mut stream = stream(&tickets(), &request, rows).unwrap();
        let first = stream.next_batch().unwrap().unwrap();
        assert_eq!(first.column(0).as_primitive::<Int64Type>(), &Int64Array::from(vec![1, 2]));
        assert_eq!(first.column(1).as_string::<i32>(), &StringArray::from(vec![Some("t"), None]));
        assert_eq!(stream.next_batch().unwrap().unwrap().num_rows(), 1);
        assert!(stream.next_batch().unwrap().is_none());
    }

    #[test]
    fn only_the_columns_asked_for_come_in_their_order() {
        let mut request = ReadRequest::of(StreamName::from("tickets"));
        for (columns, rows_seen) in [(vec!["title".to_owned(), "id".to_owned()], 1), (vec![], 1)] {
            request.columns = Some(columns.clone());
            let rows = std::iter::once(Ok(json!({"id": 1, "title": "t"})));
            let batch = stream(&tickets(), &request, rows).unwrap().next_batch().unwrap().unwrap();
            let names: Vec<&str> =
                batch.schema_ref().fields().iter().map(|field| field.name().as_str()).collect();
            assert_eq!(
                (names, batch.num_rows()),
                (columns.iter().map(String::as_str).collect(), rows_seen)
            );
        }
        request.columns = Some(vec!["nope".to_owned()]);
        let error =
            stream(&tickets(), &request, std::iter::empty::<Result<Value>>()).err().unwrap();
        assert!(error.message().contains("nope"));
    }

    #[test]
    fn a_value_of_the_wrong_type_is_an_error_and_not_null() {
        let request = ReadRequest::of(StreamName::from("tickets"));
        let rows = std::iter::once(Ok(json!({"id": "one"})));
        let error = stream(&tickets(), &request, rows).unwrap().next_batch().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Data);
        assert!(error.causes().iter().any(|cause| cause.contains("one")), "{error:?}");
    }

    #[test]
    fn the_inferred_schema_takes_the_widest_type() {
        let rows = [json!({"a": 1}), json!({"a": 1.5, "b": "x"})];
        let inferred = infer_schema(&rows).unwrap();
        assert_eq!(inferred.field_with_name("a").unwrap().data_type(), &DataType::Float64);
        assert_eq!(inferred.field_with_name("b").unwrap().data_type(), &DataType::Utf8);
    }
}
