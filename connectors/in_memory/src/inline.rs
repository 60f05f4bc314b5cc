//! Rows that stand in the config.

use std::sync::Arc;

use arrow::{
    array::RecordBatch,
    datatypes::{Field, Schema, SchemaRef},
};
use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{Error, ReadRequest, Result, StreamName, rows};

use crate::{
    error::config,
    types::{DECLARABLE, from_sql},
};

/// The columns that a config declares, in its order; all may be null.
pub(crate) fn declared(columns: &Map<String, Value>) -> Result<Vec<Field>> {
    let column = |(name, given): (&String, &Value)| {
        let sql = given.as_str().unwrap_or_default();
        let kind = from_sql(sql).ok_or_else(|| {
            config(format!("column `{name}`: `{sql}` is no type it can have"))
                .with_remedy(format!("use one of: {DECLARABLE}"))
        })?;
        Ok(Field::new(name, kind, true))
    };
    columns.iter().map(column).collect()
}

/// The rows of a config as a batch: declared columns first, then the others as they appear.
pub(crate) fn batch(given: &Value, columns: &Map<String, Value>) -> Result<RecordBatch> {
    let given = given.as_array().filter(|rows| rows.iter().all(Value::is_object));
    let given = given.ok_or_else(|| config("`rows` takes a list of objects"))?;
    let schema = schema(given, declared(columns)?)?;
    let mut request = ReadRequest::of(StreamName::default());
    request.batch_rows = given.len().max(1);
    let rows = given.clone().into_iter().map(Ok);
    let batch = rows::stream(&schema, &request, rows)?.next_batch().map_err(wrong)?;
    Ok(batch.unwrap_or_else(|| RecordBatch::new_empty(schema)))
}

fn wrong(error: Error) -> Error {
    error.with_remedy("correct `rows`, or declare the column in `columns`")
}

fn schema(rows: &[Value], mut fields: Vec<Field>) -> Result<SchemaRef> {
    let inferred = rows::infer_schema(rows).map_err(wrong)?;
    for name in rows.iter().filter_map(Value::as_object).flat_map(Map::keys) {
        if fields.iter().any(|field| field.name() == name) {
            continue;
        }
        let field =
            inferred.field_with_name(name).ok().filter(|field| !field.data_type().is_null());
        let field = field.ok_or_else(|| {
            config(format!("column `{name}` has no value to infer its type from"))
                .with_remedy("declare it in `columns`")
        })?;
        fields.push(field.clone());
    }
    if fields.is_empty() {
        return Err(config("`rows` are empty").with_remedy("declare `columns`"));
    }
    Ok(Arc::new(Schema::new(fields)))
}

#[cfg(test)]
mod tests {
    use arrow::{
        array::{AsArray, Int64Array},
        datatypes::{DataType, Date32Type, Int64Type},
    };
    use serde_json::json;

    use super::*;

    fn made(rows: Value, columns: Value) -> Result<RecordBatch> {
        batch(&rows, columns.as_object().unwrap())
    }

    #[test]
    fn rows_are_typed_by_declaration_and_else_by_their_values() {
        let rows = json!([{"z": 1, "day": "1970-01-03"}, {"a": "x", "z": null}]);
        let batch = made(rows, json!({"day": "DATE"})).unwrap();
        let names: Vec<_> = batch.schema_ref().fields().iter().map(|f| f.name().clone()).collect();
        assert_eq!(names, ["day", "z", "a"]);
        assert_eq!(batch.column(0).as_primitive::<Date32Type>().value(0), 2);
        let z = batch.column(1).as_primitive::<Int64Type>();
        assert_eq!(z, &Int64Array::from(vec![Some(1), None]));
        assert_eq!(batch.column(2).as_string::<i32>().value(1), "x");
    }

    #[test]
    fn what_has_no_type_is_refused_by_its_name() {
        for (rows, columns, text) in [
            (json!([{"a": null}]), json!({}), "`a`"),
            (json!([]), json!({}), "empty"),
            (json!({"a": 1}), json!({}), "list of objects"),
            (json!([1]), json!({}), "list of objects"),
            (json!([{"a": 1}]), json!({"a": "WHATEVER"}), "WHATEVER"),
            (json!([{"a": "x"}]), json!({"a": "BIGINT"}), "does not fit"),
        ] {
            let error = made(rows.clone(), columns).unwrap_err();
            assert!(error.message().contains(text), "{rows}: {error}");
            assert!(text == "list of objects" || error.remedy().is_some(), "{rows}");
        }
        let empty = made(json!([]), json!({"a": "BIGINT"})).unwrap();
        assert_eq!((empty.num_rows(), empty.column(0).data_type()), (0, &DataType::Int64));
    }
}
