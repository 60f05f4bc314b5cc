//! Parquet types and the Arrow types that cross to and from the engine.
//!
//! | in the file | decoded as | yielded as |
//! |---|---|---|
//! | STRING, JSON, ENUM | string view | the same |
//! | bytes, BSON, FIXED(n) | binary, fixed-size | binary |
//! | UUID | fixed-size binary | the same, marked `arrow.uuid` |
//! | FLOAT16 | 16 bits | 32 bits |
//! | TIME in ms | 32 bits | 64 bits in µs |
//! | TIMESTAMP in ms; INT96 | ms; µs | µs |
//! | UNKNOWN (always null) | null | 32-bit integer |
//! | INTERVAL, DECIMAL over 38 digits | – | refused |
//!
//! All else stays what it is. Lists, structs and maps follow the same rules inside.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use arrow::{
    array::{Array, ArrayRef, AsArray},
    compute::{CastOptions, cast_with_options},
    datatypes::{DataType, Decimal128Type, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit},
    error::ArrowError,
    util::display::FormatOptions,
};
use parquet::{
    basic::{ConvertedType, Type as Physical},
    schema::types::{SchemaDescriptor, Type},
};
use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use crate::error::differ;

const EXTENSION: &str = "ARROW:extension:name";
const STRICT: CastOptions<'static> =
    CastOptions { safe: false, format_options: FormatOptions::new() };

/// The types a file's columns are decoded to, where the decoder leaves a choice.
pub(crate) fn decoded_as(parquet: &SchemaDescriptor, inferred: &SchemaRef) -> SchemaRef {
    let columns = parquet.root_schema().get_fields().iter().zip(inferred.fields());
    let fields: Fields = columns
        .map(|(column, field)| match decoded_type(column, field.data_type()) {
            Some(wanted) => Arc::new(field.as_ref().clone().with_data_type(wanted)),
            None => Arc::clone(field),
        })
        .collect();
    Arc::new(Schema::new(fields))
}

fn decoded_type(column: &Type, inferred: &DataType) -> Option<DataType> {
    if column.is_group() {
        return None;
    }
    let int96 = column.get_physical_type() == Physical::INT96;
    let text = column.get_basic_info().converted_type() == ConvertedType::ENUM;
    match inferred {
        // Microseconds reach far beyond the years 1677 to 2262 that nanoseconds can hold.
        DataType::Timestamp(..) if int96 => Some(DataType::Timestamp(TimeUnit::Microsecond, None)),
        DataType::Binary if text => Some(DataType::Utf8View),
        DataType::Utf8 => Some(DataType::Utf8View),
        _ => None,
    }
}

/// The column as the engine gets it.
///
/// All of it may be null and the parts of lists and maps go by Arrow's names, so that files of
/// different writers agree.
pub(crate) fn yielded_as(field: &Field) -> Result<Field> {
    let kind = match field.data_type() {
        DataType::List(item) => DataType::List(part("item", item, true)?),
        DataType::Map(entries, sorted) => DataType::Map(yielded_entries(entries)?, *sorted),
        DataType::Struct(parts) => {
            let parts: Result<Fields> =
                parts.iter().map(|child| part(child.name(), child, true)).collect();
            DataType::Struct(parts?)
        }
        plain => yielded_type(field, plain)?,
    };
    Ok(Field::new(field.name(), kind, true).with_metadata(extension_of(field)))
}

fn part(name: &str, field: &Field, nullable: bool) -> Result<FieldRef> {
    Ok(Arc::new(yielded_as(field)?.with_name(name).with_nullable(nullable)))
}

fn yielded_entries(entries: &Field) -> Result<FieldRef> {
    let DataType::Struct(parts) = entries.data_type() else { return Err(refused(entries)) };
    let [key, value] = parts.as_ref() else { return Err(refused(entries)) };
    let parts = Fields::from(vec![part("key", key, false)?, part("value", value, true)?]);
    Ok(Arc::new(Field::new("entries", DataType::Struct(parts), false)))
}

fn yielded_type(field: &Field, decoded: &DataType) -> Result<DataType> {
    Ok(match decoded {
        DataType::Interval(_) | DataType::Decimal256(..) => return Err(refused(field)),
        DataType::Null => DataType::Int32,
        DataType::Float16 => DataType::Float32,
        DataType::FixedSizeBinary(_) if !is_uuid(field) => DataType::Binary,
        DataType::Time32(_) => DataType::Time64(TimeUnit::Microsecond),
        DataType::Timestamp(TimeUnit::Millisecond, zone) => {
            DataType::Timestamp(TimeUnit::Microsecond, zone.clone())
        }
        same => same.clone(),
    })
}

fn refused(field: &Field) -> Error {
    let (name, kind) = (field.name(), field.data_type());
    Error::new(
        ErrorKind::Unsupported,
        format!("column `{name}` is {kind}, which the engine cannot take without loss"),
    )
    .with_remedy("name the other columns in `columns`, or write the file with this one as text")
}

fn extension_of(field: &Field) -> HashMap<String, String> {
    let metadata = field.metadata().iter().filter(|(key, _)| key.starts_with("ARROW:extension:"));
    metadata.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn is_uuid(field: &Field) -> bool {
    field.metadata().get(EXTENSION).is_some_and(|name| name == "arrow.uuid")
}

/// Refuses two columns of one name: which one is meant could not be told.
pub(crate) fn unambiguous(schema: &SchemaRef) -> Result<()> {
    let mut seen = HashSet::new();
    match schema.fields().iter().find(|field| !seen.insert(field.name())) {
        None => Ok(()),
        Some(field) => {
            Err(Error::new(ErrorKind::Schema, format!("column `{}` is there twice", field.name()))
                .with_remedy("give every column a name of its own"))
        }
    }
}

/// Refuses a second schema that has other columns than the first, in whatever order.
pub(crate) fn check_same(first: (&str, &SchemaRef), second: (&str, &SchemaRef)) -> Result<()> {
    for field in first.1.fields() {
        match second.1.field_with_name(field.name()) {
            Err(_) => return Err(differ(field.name(), "is missing", first.0, second.0)),
            Ok(other) if other.data_type() != field.data_type() => {
                let how = format!("is {}, not {},", other.data_type(), field.data_type());
                return Err(differ(field.name(), &how, first.0, second.0));
            }
            Ok(_) => {}
        }
    }
    let mut others = second.1.fields().iter();
    match others.find(|field| first.1.field_with_name(field.name()).is_err()) {
        Some(extra) => Err(differ(extra.name(), "is there", first.0, second.0)),
        None => Ok(()),
    }
}

/// Turns a column into another type that holds its values.
///
/// # Errors
///
/// A value is too large for that type.
pub(crate) fn convert(column: &ArrayRef, to: &DataType) -> Result<ArrayRef, ArrowError> {
    if column.data_type() == to {
        return Ok(Arc::clone(column));
    }
    cast_with_options(column, to, &STRICT)
}

/// The column as it is given to the encoder.
///
/// # Errors
///
/// Parquet has no type that gives every value back.
pub(crate) fn written_as(field: &Field) -> Result<Field> {
    let unknown = |name: &String| !matches!(name.as_str(), "arrow.uuid" | "arrow.json");
    if field.metadata().get(EXTENSION).is_some_and(unknown) {
        return Err(unwritable(field));
    }
    let kind = match field.data_type() {
        DataType::List(item) => DataType::List(written_part(item)?),
        DataType::LargeList(item) => DataType::LargeList(written_part(item)?),
        DataType::FixedSizeList(item, size) => DataType::FixedSizeList(written_part(item)?, *size),
        DataType::Map(entries, sorted) => DataType::Map(written_part(entries)?, *sorted),
        DataType::Struct(parts) if !parts.is_empty() => {
            DataType::Struct(parts.iter().map(written_part).collect::<Result<Fields>>()?)
        }
        // Parquet counts no seconds; the encoder would write a plain number.
        DataType::Timestamp(TimeUnit::Second, zone) => {
            DataType::Timestamp(TimeUnit::Microsecond, zone.clone())
        }
        kind if is_writable(kind) => kind.clone(),
        _ => return Err(unwritable(field)),
    };
    Ok(field.clone().with_data_type(kind))
}

fn written_part(part: &FieldRef) -> Result<FieldRef> {
    written_as(part).map(Arc::new)
}

fn is_writable(kind: &DataType) -> bool {
    use DataType as T;
    match kind {
        T::Null | T::Boolean | T::Float32 | T::Float64 | T::Date32 | T::Time64(_) => true,
        T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Binary | T::LargeBinary | T::BinaryView => true,
        T::FixedSizeBinary(_) | T::Decimal128(..) | T::Timestamp(..) => true,
        T::Dictionary(_, value) => matches!(**value, T::Utf8 | T::LargeUtf8 | T::Utf8View),
        other => other.is_integer(),
    }
}

fn unwritable(field: &Field) -> Error {
    let extension = field.metadata().get(EXTENSION);
    let kind = extension.map_or_else(|| field.data_type().to_string(), Clone::clone);
    let name = field.name();
    Error::new(
        ErrorKind::Unsupported,
        format!("column `{name}` is {kind}, which Parquet cannot hold without loss"),
    )
    .with_remedy(format!("export `CAST({name} AS VARCHAR)` in its place"))
}

/// Refuses decimals with more digits than their type says: what a HUGEINT beyond 38 digits turns
/// into on its way out of the engine.
///
/// # Errors
///
/// The first such number.
pub(crate) fn check_digits(column: &dyn Array) -> Result<(), ArrowError> {
    match column.data_type() {
        DataType::Decimal128(digits, _) => {
            column.as_primitive::<Decimal128Type>().validate_decimal_precision(*digits)
        }
        DataType::List(_) => check_digits(column.as_list::<i32>().values()),
        DataType::LargeList(_) => check_digits(column.as_list::<i64>().values()),
        DataType::FixedSizeList(..) => check_digits(column.as_fixed_size_list().values()),
        DataType::Map(..) => check_digits(column.as_map().entries()),
        DataType::Struct(_) => {
            let mut parts = column.as_struct().columns().iter();
            parts.try_for_each(|part| check_digits(part))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use arrow::util::display::ArrayFormatter;
    use serde_json::json;

    use super::*;
    use crate::source::tests::{fixture, read};

    /// Each column: its name, the type the engine gets, and its values as Arrow prints them.
    /// `make.py` holds DuckDB to the same values.
    fn check(file: &str, expected: &[(&str, DataType, &[&str])]) {
        let rows = read(&json!({"path": fixture(file)})).unwrap();
        assert_eq!(rows.num_columns(), expected.len());
        let format = FormatOptions::new().with_null("NULL");
        for (name, kind, values) in expected {
            let mut column = Arc::clone(rows.column_by_name(name).unwrap());
            assert_eq!(column.data_type(), kind, "{name}");
            if let DataType::Timestamp(unit, Some(_)) = kind {
                // Arrow prints numeric zones only.
                let utc = DataType::Timestamp(*unit, Some("+00:00".into()));
                column = convert(&column, &utc).unwrap();
            }
            let texts = ArrayFormatter::try_new(&column, &format).unwrap();
            let found: Vec<String> =
                (0..column.len()).map(|row| texts.value(row).to_string()).collect();
            assert_eq!(found, *values, "{name}");
        }
    }

    fn micros(zone: Option<&str>) -> DataType {
        DataType::Timestamp(TimeUnit::Microsecond, zone.map(Into::into))
    }

    fn list(item: DataType) -> DataType {
        DataType::new_list(item, true)
    }

    #[test]
    fn types_that_only_the_embedded_arrow_schema_knows_do_not_leak() {
        let time = DataType::Time64(TimeUnit::Microsecond);
        let before = "1969-12-31T23:59:59";
        let nested = DataType::Struct(Fields::from(vec![
            Field::new("at", time.clone(), true),
            Field::new("of", list(DataType::Utf8), true),
        ]));
        check(
            "pyarrow.parquet",
            &[
                ("dictionary", DataType::Utf8View, &["a", "NULL"]),
                ("large", DataType::Utf8View, &["b", "NULL"]),
                ("fixed", DataType::Binary, &["61626364", "NULL"]),
                ("half", DataType::Float32, &["1.5", "NULL"]),
                ("nothing", DataType::Int32, &["NULL", "NULL"]),
                ("time_ms", time, &["00:00:01.001", "NULL"]),
                ("second", micros(None), &[before, "NULL"]),
                ("milli", micros(None), &[before, "NULL"]),
                ("micro", micros(None), &[before, "NULL"]),
                ("nano", DataType::Timestamp(TimeUnit::Nanosecond, None), &[before, "NULL"]),
                ("milli_utc", micros(Some("UTC")), &["1969-12-31T23:59:59Z", "NULL"]),
                ("micro_utc", micros(Some("UTC")), &["1969-12-31T23:59:59Z", "NULL"]),
                ("triple", list(DataType::Int32), &["[1, 2, 3]", "NULL"]),
                ("nested", list(nested), &["[{at: 00:00:01.001, of: [x]}]", "NULL"]),
                (
                    "uuid",
                    DataType::FixedSizeBinary(16),
                    &["30313233343536373839616263646566", "NULL"],
                ),
                ("json", DataType::Utf8View, &["{}", "NULL"]),
                ("duration", DataType::Int64, &["5", "NULL"]),
            ],
        );
    }

    #[test]
    fn every_type_of_duckdb_arrives_with_its_extremes() {
        let entries = Fields::from(vec![
            Field::new("key", DataType::Utf8, false),
            Field::new("value", list(DataType::Int32), true),
        ]);
        let entries = Arc::new(Field::new("entries", DataType::Struct(entries), false));
        let parts = Fields::from(vec![
            Field::new("a", DataType::Int32, true),
            Field::new("b", DataType::Utf8, true),
        ]);
        check(
            "duckdb.parquet",
            &[
                ("bool", DataType::Boolean, &["true"]),
                ("i8", DataType::Int8, &["127"]),
                ("u8", DataType::UInt8, &["255"]),
                ("i16", DataType::Int16, &["-32768"]),
                ("u16", DataType::UInt16, &["65535"]),
                ("i32", DataType::Int32, &["-2147483648"]),
                ("u32", DataType::UInt32, &["4294967295"]),
                ("i64", DataType::Int64, &["-9223372036854775808"]),
                ("u64", DataType::UInt64, &["18446744073709551615"]),
                ("f32", DataType::Float32, &["inf"]),
                ("f64", DataType::Float64, &["NaN"]),
                ("d4", DataType::Decimal128(4, 1), &["-999.9"]),
                ("d18", DataType::Decimal128(18, 3), &["999999999999999.999"]),
                (
                    "d38",
                    DataType::Decimal128(38, 10),
                    &["-9999999999999999999999999999.9999999999"],
                ),
                ("text", DataType::Utf8View, &[""]),
                ("bytes", DataType::Binary, &[""]),
                ("date", DataType::Date32, &["0001-01-01"]),
                ("time", DataType::Time64(TimeUnit::Microsecond), &["23:59:59.999999"]),
                ("ts", micros(None), &["9999-12-31T23:59:59.999999"]),
                (
                    "ts_ns",
                    DataType::Timestamp(TimeUnit::Nanosecond, None),
                    &["1677-09-22T00:00:00.000000001"],
                ),
                ("ts_utc", micros(Some("UTC")), &["1582-10-15T00:00:00.000001Z"]),
                ("map", DataType::Map(entries, false), &["{k: [1, NULL]}"]),
                ("struct", DataType::Struct(parts), &["{a: 1, b: NULL}"]),
                ("uuid", DataType::FixedSizeBinary(16), &["000000000000000000000000000000ff"]),
                ("json", DataType::Utf8View, &["[1]"]),
                ("enum", DataType::Utf8View, &["x"]),
            ],
        );
    }

    #[test]
    fn the_marks_of_uuid_and_json_come_along() {
        let rows = read(&json!({"path": fixture("duckdb.parquet")})).unwrap();
        for (name, mark) in [("uuid", "arrow.uuid"), ("json", "arrow.json")] {
            let schema = rows.schema();
            let field = schema.field_with_name(name).unwrap();
            assert_eq!(field.metadata()[EXTENSION], mark);
        }
    }

    #[test]
    fn int96_reaches_years_that_nanoseconds_do_not() {
        let years = ["1900-01-01T00:00:00.000001", "9999-12-31T00:00:00"];
        check("int96.parquet", &[("at", micros(None), &years)]);
    }
}
