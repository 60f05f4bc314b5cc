use std::sync::Arc;

use arrow::{
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
};
use arrow_schema::ffi::{FFI_ArrowSchema, Flags};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use crate::{Error, ErrorKind, Result};

/// An Arrow field as control messages carry it: types stand in the format string notation of the
/// Arrow C data interface (`l` is int64, `tsu:UTC` a timestamp), which every language can read.
#[derive(Serialize, Deserialize)]
struct FieldJson {
    name: String,
    format: String,
    nullable: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    children: Vec<FieldJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dictionary: Option<Box<FieldJson>>,
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    metadata: std::collections::BTreeMap<String, String>,
}

/// Writes a schema as a JSON list of fields.
///
/// # Errors
///
/// A type has no format string.
pub fn schema_to_json(schema: &Schema) -> Result<serde_json::Value> {
    let fields: std::result::Result<Vec<FieldJson>, ArrowError> =
        schema.fields().iter().map(|field| write(field)).collect();
    let fields = fields.map_err(|error| not_a_schema().caused_by(&error))?;
    serde_json::to_value(fields).map_err(|error| not_a_schema().caused_by(&error))
}

/// Reads what [`schema_to_json`] writes.
///
/// # Errors
///
/// It is not a list of fields, or a format string is not known.
pub fn schema_from_json(json: &serde_json::Value) -> Result<SchemaRef> {
    let fields: Vec<FieldJson> =
        Vec::deserialize(json).map_err(|error| not_a_schema().caused_by(&error))?;
    let fields: std::result::Result<Vec<Field>, ArrowError> = fields.iter().map(read).collect();
    fields
        .map(|fields| Arc::new(Schema::new(fields)))
        .map_err(|error| not_a_schema().caused_by(&error))
}

fn not_a_schema() -> Error {
    Error::new(ErrorKind::Schema, "not an Arrow schema that JSON can carry")
}

fn write(field: &Field) -> std::result::Result<FieldJson, ArrowError> {
    let ffi = FFI_ArrowSchema::try_from(field.data_type())?;
    let children: std::result::Result<Vec<FieldJson>, ArrowError> =
        children(field.data_type()).into_iter().map(|child| write(&child)).collect();
    let dictionary = match field.data_type() {
        DataType::Dictionary(_, values) => {
            Some(Box::new(write(&Field::new("", values.as_ref().clone(), true))?))
        }
        _ => None,
    };
    Ok(FieldJson {
        name: field.name().clone(),
        format: ffi.format().to_owned(),
        nullable: field.is_nullable(),
        children: children?,
        dictionary,
        metadata: field.metadata().clone().into_iter().collect(),
    })
}

fn children(data_type: &DataType) -> Vec<Field> {
    match data_type {
        DataType::List(child)
        | DataType::LargeList(child)
        | DataType::ListView(child)
        | DataType::LargeListView(child)
        | DataType::FixedSizeList(child, _)
        | DataType::Map(child, _) => vec![child.as_ref().clone()],
        DataType::Struct(fields) => fields.iter().map(|child| child.as_ref().clone()).collect(),
        DataType::RunEndEncoded(ends, values) => {
            vec![ends.as_ref().clone(), values.as_ref().clone()]
        }
        DataType::Union(fields, _) => {
            fields.iter().map(|(_, child)| child.as_ref().clone()).collect()
        }
        _ => Vec::new(),
    }
}

fn read(field: &FieldJson) -> std::result::Result<Field, ArrowError> {
    let ffi = to_ffi(field)?;
    let data_type = DataType::try_from(&ffi)?;
    Ok(Field::new(&field.name, data_type, field.nullable)
        .with_metadata(field.metadata.clone().into_iter().collect()))
}

fn to_ffi(field: &FieldJson) -> std::result::Result<FFI_ArrowSchema, ArrowError> {
    let children: std::result::Result<Vec<FFI_ArrowSchema>, ArrowError> =
        field.children.iter().map(to_ffi).collect();
    let dictionary = field.dictionary.as_deref().map(to_ffi).transpose()?;
    let flags = if field.nullable { Flags::NULLABLE } else { Flags::empty() };
    FFI_ArrowSchema::try_new(&field.format, children?, dictionary)?
        .with_name(&field.name)?
        .with_flags(flags)?
        .with_metadata(&field.metadata)
}

pub(crate) fn empty() -> SchemaRef {
    Arc::new(Schema::empty())
}

pub(crate) fn serialize<S: Serializer>(schema: &SchemaRef, to: S) -> Result<S::Ok, S::Error> {
    schema_to_json(schema).map_err(ser::Error::custom)?.serialize(to)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SchemaRef, D::Error> {
    schema_from_json(&serde_json::Value::deserialize(from)?).map_err(de::Error::custom)
}

/// The same for a schema that may be absent.
pub(crate) mod optional {
    use arrow::datatypes::SchemaRef;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(crate) fn serialize<S: Serializer>(
        schema: &Option<SchemaRef>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match schema {
            Some(schema) => super::serialize(schema, to),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<SchemaRef>, D::Error> {
        let json = Option::<serde_json::Value>::deserialize(from)?;
        json.map(|json| super::schema_from_json(&json).map_err(de::Error::custom)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{IntervalUnit, TimeUnit};

    use super::*;

    #[test]
    fn every_type_crosses_as_json_unchanged() {
        let item = |kind| Arc::new(Field::new("item", kind, true));
        let types = vec![
            DataType::Null,
            DataType::Boolean,
            DataType::Int8,
            DataType::UInt64,
            DataType::Float64,
            DataType::Utf8,
            DataType::LargeUtf8,
            DataType::Utf8View,
            DataType::Binary,
            DataType::FixedSizeBinary(16),
            DataType::Date32,
            DataType::Time64(TimeUnit::Microsecond),
            DataType::Timestamp(TimeUnit::Nanosecond, None),
            DataType::Timestamp(TimeUnit::Microsecond, Some("Europe/Vienna".into())),
            DataType::Interval(IntervalUnit::MonthDayNano),
            DataType::Decimal128(38, 10),
            DataType::List(item(DataType::Struct(
                vec![Field::new("a", DataType::Int32, false)].into(),
            ))),
            DataType::FixedSizeList(item(DataType::Float32), 3),
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        ];
        let fields: Vec<Field> = types
            .into_iter()
            .enumerate()
            .map(|(n, kind)| Field::new(format!("c {n}"), kind, n % 2 == 0))
            .collect();
        let schema = Schema::new(fields);
        let json = schema_to_json(&schema).unwrap();
        assert_eq!(*schema_from_json(&json).unwrap(), schema);
        assert_eq!(json[1]["format"], "b", "the notation of the Arrow C data interface");
        assert_eq!(json[13]["format"], "tsu:Europe/Vienna");
    }

    #[test]
    fn the_metadata_of_nested_fields_crosses_too() {
        let field = |name: &str, kind| {
            let metadata = [("key of".to_owned(), name.to_owned())];
            Field::new(name, kind, true).with_metadata(metadata.into())
        };
        let inner = field("inner", DataType::Struct(vec![field("leaf", DataType::Utf8)].into()));
        let schema = Schema::new(vec![field("outer", DataType::List(Arc::new(inner)))]);
        let json = schema_to_json(&schema).unwrap();
        assert_eq!(*schema_from_json(&json).unwrap(), schema);
    }
}
