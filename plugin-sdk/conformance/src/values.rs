//! The rows and columns that the suite writes.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, FixedSizeBinaryArray,
        Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, RecordBatch,
        StringArray, StructArray, Time64MicrosecondArray, TimestampMicrosecondArray,
        TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt8Array,
        UInt16Array, UInt32Array, UInt64Array,
    },
    datatypes::{DataType, Field, Int64Type, Schema, SchemaRef},
};

/// The column that identifies a row of [`people`].
pub(crate) const KEY: &str = "id";

/// The schema of [`people`].
pub(crate) fn people_schema() -> SchemaRef {
    people(0).schema()
}

/// So many rows whose `id` counts from 0, in types that every destination can be expected to have.
pub(crate) fn people(rows: usize) -> RecordBatch {
    people_from(0, rows)
}

/// As [`people`], with an `id` that counts from `start`.
pub(crate) fn people_from(start: usize, rows: usize) -> RecordBatch {
    people_named(start, rows, "person")
}

/// As [`people_from`], with another name, so that a row can be told from an older one of its key.
pub(crate) fn people_named(start: usize, rows: usize, name: &str) -> RecordBatch {
    let ids = || start..start + rows;
    let integers = |step: i64| ids().map(move |id| id as i64 * step);
    let names = ids().map(|id| (id % 7 != 3).then(|| format!("{name} {id}")));
    let shares = ids().map(|id| (id % 5 != 2).then_some(id as f64 / 4.0));
    let columns: [(&str, ArrayRef); 4] = [
        (KEY, Arc::new(Int64Array::from_iter_values(integers(1)))),
        ("score", Arc::new(Int64Array::from_iter_values(integers(-3)))),
        ("share", Arc::new(Float64Array::from_iter(shares))),
        ("name", Arc::new(StringArray::from_iter(names))),
    ];
    batch(columns)
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), true))
        .collect();
    let (schema, columns) = (Schema::new(fields), columns.into_iter().map(|(_, column)| column));
    // The columns have one length and the types of their fields.
    RecordBatch::try_new(Arc::new(schema), columns.collect())
        .unwrap_or_else(|_| RecordBatch::new_empty(Arc::new(Schema::empty())))
}

/// One column as a table of its own, with a key beside it.
pub(crate) fn table_of(name: &str, column: ArrayRef) -> RecordBatch {
    let ids = Int64Array::from_iter_values(0..column.len() as i64);
    batch([(KEY, Arc::new(ids)), (name, column)])
}

/// One column per type, each with its extremes and a null.
pub(crate) fn extremes() -> Vec<ArrayRef> {
    [numbers(), exact(), texts(), moments(), nested()].concat()
}

fn numbers() -> Vec<ArrayRef> {
    vec![
        Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
        Arc::new(Int8Array::from(vec![Some(i8::MIN), Some(i8::MAX), None])),
        Arc::new(Int16Array::from(vec![Some(i16::MIN), Some(i16::MAX), None])),
        Arc::new(Int32Array::from(vec![Some(i32::MIN), Some(i32::MAX), None])),
        Arc::new(Int64Array::from(vec![Some(i64::MIN), Some(i64::MAX), None])),
        Arc::new(UInt8Array::from(vec![Some(0), Some(u8::MAX), None])),
        Arc::new(UInt16Array::from(vec![Some(0), Some(u16::MAX), None])),
        Arc::new(UInt32Array::from(vec![Some(0), Some(u32::MAX), None])),
        Arc::new(UInt64Array::from(vec![Some(0), Some(u64::MAX), None])),
    ]
}

fn exact() -> Vec<ArrayRef> {
    let floats = [f32::MIN, f32::MAX, f32::MIN_POSITIVE, 0.1, f32::NAN, f32::INFINITY, -0.0];
    let doubles = [f64::MIN, f64::MAX, f64::MIN_POSITIVE, 0.1, f64::NAN, f64::NEG_INFINITY, -0.0];
    let most = 10_i128.pow(38) - 1;
    let decimal = |precision: u8, scale: i8, most: i128| {
        let column = Decimal128Array::from(vec![Some(most), Some(-most), Some(1), None]);
        column.with_precision_and_scale(precision, scale).map(|c| Arc::new(c) as ArrayRef)
    };
    let floats = floats.map(Some).into_iter().chain([None]);
    let doubles = doubles.map(Some).into_iter().chain([None]);
    let mut columns: Vec<ArrayRef> =
        vec![Arc::new(Float32Array::from_iter(floats)), Arc::new(Float64Array::from_iter(doubles))];
    // The digits are within the precision.
    columns.extend(decimal(38, 0, most));
    columns.extend(decimal(38, 10, most));
    columns.extend(decimal(9, 2, 999_999_999));
    columns
}

fn texts() -> Vec<ArrayRef> {
    let long = "long ".repeat(2_000);
    let texts = ["", " ", "plain", "a,b;c\td", "\"quoted\"", "two\nlines", "Grüße 你好 🦆", "NULL"];
    let texts = texts.into_iter().chain(["007", "1e3", "\\N", &long]).map(Some).chain([None]);
    let bytes: Vec<u8> = (0..=u8::MAX).collect();
    let binary = BinaryArray::from_iter([Some(&[][..]), Some(&bytes[..]), None]);
    let fixed = [Some([0_u8; 16]), Some([u8::MAX; 16]), None];
    let fixed = FixedSizeBinaryArray::try_from_sparse_iter_with_size(fixed.into_iter(), 16);
    let mut columns: Vec<ArrayRef> =
        vec![Arc::new(StringArray::from_iter(texts)), Arc::new(binary)];
    columns.extend(fixed.map(|column| Arc::new(column) as ArrayRef));
    columns
}

/// Days from 1970 to the first day of the year 1 and the last of the year 9999.
const FIRST_DAY: i32 = -719_162;
const LAST_DAY: i32 = 2_932_896;
const DAY: i64 = 86_400;
/// Nanoseconds from 1970 to the year 1677.
const FIRST_NANO: i64 = -9_223_372_036_000_000_001;

fn moments() -> Vec<ArrayRef> {
    let (first, last) = (i64::from(FIRST_DAY) * DAY, i64::from(LAST_DAY) * DAY + DAY - 1);
    let micros = [first * 1_000_000, last * 1_000_000 + 999_999, 0, -1];
    let micros = || micros.map(Some).into_iter().chain([None]);
    let day = DAY * 1_000_000;
    vec![
        Arc::new(Date32Array::from(vec![Some(FIRST_DAY), Some(LAST_DAY), Some(0), None])),
        Arc::new(Time64MicrosecondArray::from(vec![Some(0), Some(day - 1), None])),
        Arc::new(TimestampSecondArray::from(vec![Some(first), Some(last), None])),
        Arc::new(TimestampMillisecondArray::from(vec![Some(first * 1_000), Some(-1), None])),
        Arc::new(TimestampMicrosecondArray::from_iter(micros())),
        Arc::new(TimestampMicrosecondArray::from_iter(micros()).with_timezone("UTC")),
        // The extremes of 64 bits stand for infinity in DuckDB.
        Arc::new(TimestampNanosecondArray::from(vec![Some(FIRST_NANO), Some(-FIRST_NANO), None])),
    ]
}

fn nested() -> Vec<ArrayRef> {
    let lists = [Some(vec![Some(1), None, Some(i64::MAX)]), Some(Vec::new()), None];
    let lists = arrow::array::ListArray::from_iter_primitive::<Int64Type, _, _>(lists);
    let parts: [(Arc<Field>, ArrayRef); 2] = [
        (
            Arc::new(Field::new("a", DataType::Int64, true)),
            Arc::new(Int64Array::from(vec![Some(i64::MIN), None])),
        ),
        (
            Arc::new(Field::new("b", DataType::Utf8, true)),
            Arc::new(StringArray::from(vec![None, Some("b")])),
        ),
    ];
    vec![Arc::new(lists), Arc::new(StructArray::from(parts.to_vec()))]
}
