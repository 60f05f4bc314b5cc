//! Each Arrow type on its way through the engine: unchanged, or refused by name.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by them")]

mod support;

use std::sync::Arc;

use arrow::array::*;
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::*;
use sqlflow_engine::{EngineErrorKind, Session};
use support::{Batches, Last, rows, session};

fn batch(field: Field, array: ArrayRef) -> RecordBatch {
    RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![array]).unwrap()
}

fn loaded(array: &ArrayRef) -> Box<dyn Session> {
    let mut session = session();
    let field = Field::new("v", array.data_type().clone(), true);
    let scan = Batches::new(vec![batch(field, Arc::clone(array))], Last::End);
    let mounted = session.mount("source", scan).unwrap();
    session.execute(&format!("CREATE TABLE t AS FROM {}", mounted.scan_sql())).unwrap();
    session
}

/// The type DuckDB gives an array and its values as DuckDB writes them; the array is also read
/// from its second value on, since slices have offsets that must not be forgotten.
fn check(array: impl Array + 'static, kind: &str, values: &[&str]) {
    let array: ArrayRef = Arc::new(array);
    let mut session = loaded(&array);
    let told = rows(&mut *session, "SELECT DISTINCT typeof(v) FROM t");
    assert_eq!(told, [kind], "{}", array.data_type());
    assert_eq!(rows(&mut *session, "SELECT v FROM t"), values, "{}", array.data_type());
    let mut session = loaded(&array.slice(1, array.len() - 1));
    assert_eq!(rows(&mut *session, "SELECT v FROM t"), values[1..], "sliced {}", array.data_type());
}

/// As `check`, and what comes out of the engine again is the array that went in.
fn round(array: impl Array + 'static, kind: &str, values: &[&str]) {
    let array: ArrayRef = Arc::new(array);
    let mut session = loaded(&array);
    let mut out = session.query("SELECT v FROM t").unwrap();
    let back = out.next().unwrap().unwrap();
    assert_eq!(back.column(0).to_data(), array.to_data(), "{}", array.data_type());
    drop(out);
    check(make_array(array.to_data()), kind, values);
}

#[test]
fn integers_keep_their_extremes() {
    round(
        Int8Array::from(vec![Some(i8::MIN), None, Some(i8::MAX)]),
        "TINYINT",
        &["-128", "NULL", "127"],
    );
    round(Int16Array::from(vec![i16::MIN, i16::MAX]), "SMALLINT", &["-32768", "32767"]);
    round(Int32Array::from(vec![i32::MIN, i32::MAX]), "INTEGER", &["-2147483648", "2147483647"]);
    round(
        Int64Array::from(vec![i64::MIN, i64::MAX]),
        "BIGINT",
        &["-9223372036854775808", "9223372036854775807"],
    );
    round(UInt8Array::from(vec![0, u8::MAX]), "UTINYINT", &["0", "255"]);
    round(UInt16Array::from(vec![0, u16::MAX]), "USMALLINT", &["0", "65535"]);
    round(UInt32Array::from(vec![0, u32::MAX]), "UINTEGER", &["0", "4294967295"]);
    round(UInt64Array::from(vec![0, u64::MAX]), "UBIGINT", &["0", "18446744073709551615"]);
}

#[test]
fn floats_and_booleans_keep_their_odd_values() {
    round(
        Float32Array::from(vec![-0.0, f32::INFINITY, f32::MIN_POSITIVE]),
        "FLOAT",
        &["-0.0", "inf", "1.1754944e-38"],
    );
    round(
        Float64Array::from(vec![Some(0.1), None, Some(f64::MAX), Some(f64::NEG_INFINITY)]),
        "DOUBLE",
        &["0.1", "NULL", "1.7976931348623157e+308", "-inf"],
    );
    check(Float64Array::from(vec![1.0, f64::NAN]), "DOUBLE", &["1.0", "nan"]);
    round(
        BooleanArray::from(vec![Some(true), Some(false), None, Some(true)]),
        "BOOLEAN",
        &["true", "false", "NULL", "true"],
    );
}

#[test]
fn texts_keep_every_character_in_each_layout() {
    let texts =
        vec![Some(""), Some("short"), None, Some("longer than twelve bytes: é 😀"), Some("a\0b")];
    let told = ["", "short", "NULL", "longer than twelve bytes: é 😀", "a\0b"];
    round(StringArray::from(texts.clone()), "VARCHAR", &told);
    check(LargeStringArray::from(texts.clone()), "VARCHAR", &told);
    check(StringViewArray::from(texts.clone()), "VARCHAR", &told);
    check(texts.into_iter().collect::<DictionaryArray<Int32Type>>(), "VARCHAR", &told);
}

#[test]
fn bytes_keep_every_byte_in_each_layout() {
    let long = [0xfe_u8; 13];
    let bytes = vec![Some(&b""[..]), Some(&b"\0\xff"[..]), None, Some(&long[..])];
    let told = ["", "\\x00\\xFF", "NULL", &"\\xFE".repeat(13)];
    round(BinaryArray::from(bytes.clone()), "BLOB", &told);
    check(LargeBinaryArray::from(bytes.clone()), "BLOB", &told);
    check(BinaryViewArray::from(bytes), "BLOB", &told);
    let fixed = FixedSizeBinaryArray::try_from_sparse_iter_with_size(
        [Some([0_u8, 1]), None, Some([254, 255])].into_iter(),
        2,
    );
    check(fixed.unwrap(), "BLOB", &["\\x00\\x01", "NULL", "\\xFE\\xFF"]);
}

#[test]
fn dates_and_times_keep_their_precision() {
    round(
        Date32Array::from(vec![Some(-719_162), None, Some(2_932_896)]),
        "DATE",
        &["0001-01-01", "NULL", "9999-12-31"],
    );
    check(Date64Array::from(vec![-86_400_000, 0]), "DATE", &["1969-12-31", "1970-01-01"]);
    check(Time32SecondArray::from(vec![0, 86_399]), "TIME", &["00:00:00", "23:59:59"]);
    check(
        Time32MillisecondArray::from(vec![1, 86_399_999]),
        "TIME",
        &["00:00:00.001", "23:59:59.999"],
    );
    round(
        Time64MicrosecondArray::from(vec![1, 86_399_999_999]),
        "TIME",
        &["00:00:00.000001", "23:59:59.999999"],
    );
    round(
        Time64NanosecondArray::from(vec![1, 86_399_999_999_999]),
        "TIME_NS",
        &["00:00:00.000000001", "23:59:59.999999999"],
    );
}

#[test]
fn timestamps_keep_their_unit() {
    round(
        TimestampSecondArray::from(vec![-1, 253_402_300_799]),
        "TIMESTAMP_S",
        &["1969-12-31 23:59:59", "9999-12-31 23:59:59"],
    );
    round(
        TimestampMillisecondArray::from(vec![Some(1), None]),
        "TIMESTAMP_MS",
        &["1970-01-01 00:00:00.001", "NULL"],
    );
    round(
        TimestampMicrosecondArray::from(vec![-1, 1]),
        "TIMESTAMP",
        &["1969-12-31 23:59:59.999999", "1970-01-01 00:00:00.000001"],
    );
    round(
        TimestampNanosecondArray::from(vec![0, 1]),
        "TIMESTAMP_NS",
        &["1970-01-01 00:00:00", "1970-01-01 00:00:00.000000001"],
    );
}

#[test]
fn instants_of_any_zone_and_unit_are_the_same_instants() {
    let kind = "TIMESTAMP WITH TIME ZONE";
    let told = ["1970-01-01 00:00:01+00", "NULL", "2262-04-11 23:47:16+00"];
    let (one, most) = (1_i64, 9_223_372_036_i64);
    let of = |unit: i64| vec![Some(one * unit), None, Some(most * unit)];
    check(TimestampSecondArray::from(of(1)).with_timezone("Asia/Tokyo"), kind, &told);
    check(TimestampMillisecondArray::from(of(1_000)).with_timezone("+02:00"), kind, &told);
    round(TimestampMicrosecondArray::from(of(1_000_000)).with_timezone("UTC"), kind, &told);
    check(TimestampNanosecondArray::from(of(1_000_000_000)).with_timezone("UTC"), kind, &told);
}

#[test]
fn decimals_keep_every_digit() {
    let of = |values: Vec<Option<i128>>, width, scale| {
        Decimal128Array::from(values).with_precision_and_scale(width, scale).unwrap()
    };
    round(of(vec![Some(-9_999), None, Some(1)], 4, 2), "DECIMAL(4,2)", &["-99.99", "NULL", "0.01"]);
    round(of(vec![Some(123_456_789), Some(-1)], 9, 0), "DECIMAL(9,0)", &["123456789", "-1"]);
    round(
        of(vec![Some(999_999_999_999_999_999), Some(0)], 18, 18),
        "DECIMAL(18,18)",
        &[".999999999999999999", ".000000000000000000"],
    );
    let most = 10_i128.pow(38) - 1;
    let told = "999999999999999999999999999999999999.99";
    round(of(vec![Some(most), Some(-most)], 38, 2), "DECIMAL(38,2)", &[told, &format!("-{told}")]);
    let small = Decimal64Array::from(vec![12_345, -1]).with_precision_and_scale(10, 3).unwrap();
    check(small, "DECIMAL(10,3)", &["12.345", "-0.001"]);
}

#[test]
fn intervals_and_durations_keep_their_parts() {
    let parts = |m, d, n| Some(IntervalMonthDayNano::new(m, d, n));
    round(
        IntervalMonthDayNanoArray::from(vec![parts(14, -3, 1_000), None, parts(0, 0, 0)]),
        "INTERVAL",
        &["1 year 2 months -3 days 00:00:00.000001", "NULL", "00:00:00"],
    );
    check(IntervalYearMonthArray::from(vec![13, -1]), "INTERVAL", &["1 year 1 month", "-1 month"]);
    check(DurationSecondArray::from(vec![1, 3_600]), "INTERVAL", &["00:00:01", "01:00:00"]);
    check(
        DurationNanosecondArray::from(vec![1_000, -2_000]),
        "INTERVAL",
        &["00:00:00.000001", "-00:00:00.000002"],
    );
}

#[test]
fn nested_values_keep_their_shape_and_their_nulls() {
    let lists = vec![Some(vec![Some(1), None]), None, Some(vec![]), Some(vec![Some(3)])];
    let told = ["[1, NULL]", "NULL", "[]", "[3]"];
    check(ListArray::from_iter_primitive::<Int32Type, _, _>(lists.clone()), "INTEGER[]", &told);
    check(LargeListArray::from_iter_primitive::<Int32Type, _, _>(lists), "INTEGER[]", &told);
    let pairs = vec![Some(vec![Some(1), Some(2)]), None, Some(vec![None, Some(4)])];
    let told = ["[1, 2]", "NULL", "[NULL, 4]"];
    check(
        FixedSizeListArray::from_iter_primitive::<Int32Type, _, _>(pairs, 2),
        "INTEGER[2]",
        &told,
    );
    check(
        people(),
        "STRUCT(\"name\" VARCHAR, tags VARCHAR[])",
        &["{'name': ana, 'tags': [x, y]}", "NULL", "{'name': NULL, 'tags': []}"],
    );
    check(prices(), "MAP(VARCHAR, DOUBLE)", &["{a=1.5, b=NULL}", "{}", "NULL"]);
}

fn people() -> StructArray {
    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("ana"), Some("hidden"), None]));
    let item = Arc::new(Field::new_list_field(DataType::Utf8, true));
    let offsets = OffsetBuffer::from_lengths([2, 0, 0]);
    let tags: ArrayRef =
        Arc::new(ListArray::new(item, offsets, Arc::new(StringArray::from(vec!["x", "y"])), None));
    let fields = vec![
        Field::new("name", DataType::Utf8, true),
        Field::new("tags", tags.data_type().clone(), true),
    ];
    let present = NullBuffer::from(vec![true, false, true]);
    StructArray::new(Fields::from(fields), vec![names, tags], Some(present))
}

fn prices() -> MapArray {
    let mut builder = MapBuilder::new(None, StringBuilder::new(), Float64Builder::new());
    builder.keys().append_value("a");
    builder.values().append_value(1.5);
    builder.keys().append_value("b");
    builder.values().append_null();
    builder.append(true).unwrap();
    builder.append(true).unwrap();
    builder.append(false).unwrap();
    builder.finish()
}

#[test]
fn a_column_without_a_type_is_a_column_of_nulls() {
    check(NullArray::new(3), "INTEGER", &["NULL", "NULL", "NULL"]);
}

#[test]
fn a_universal_id_is_a_universal_id() {
    let bytes = (0..16_u8).collect::<Vec<_>>();
    let array = FixedSizeBinaryArray::try_from_iter([bytes].into_iter()).unwrap();
    let metadata = [("ARROW:extension:name".to_owned(), "arrow.uuid".to_owned())].into();
    let field = Field::new("v", array.data_type().clone(), true).with_metadata(metadata);
    let mut session = session();
    let scan = Batches::new(vec![batch(field, Arc::new(array))], Last::End);
    let _mounted = session.mount("source", scan).unwrap();
    let told = rows(&mut *session, "SELECT typeof(v), v FROM source");
    assert_eq!(told, ["UUID|00010203-0405-0607-0809-0a0b0c0d0e0f"]);
}

#[test]
fn columns_outlive_the_other_columns_of_their_batch() {
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..10_000));
    let texts = (0..10_000).map(|n| format!("a text of more than twelve bytes {n}"));
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values(texts));
    let batch = RecordBatch::try_from_iter([("id", ids), ("text", texts)]).unwrap();
    let mut session = session();
    let _mounted = session.mount("source", Batches::new(vec![batch], Last::End)).unwrap();
    let sql = "SELECT count(*) FROM (SELECT id + 1 AS id, text FROM source WHERE id % 3 = 0
        ORDER BY text DESC) WHERE text = 'a text of more than twelve bytes ' || (id - 1)";
    assert_eq!(rows(&mut *session, sql), ["3334"]);
}

#[test]
fn types_that_duckdb_would_change_are_refused_by_name() {
    let refused = |kind: DataType, told: &str| {
        let field = Field::new("amount", kind.clone(), true);
        let scan = Batches::new(vec![batch(field, new_empty_array(&kind))], Last::End);
        let error = session().mount("source", scan).unwrap_err();
        assert_eq!(error.kind, EngineErrorKind::Unsupported, "{kind}");
        let start = format!("column \"amount\" has the Arrow type {told}, ");
        assert!(error.message.starts_with(&start), "{}", error.message);
    };
    refused(DataType::Float16, "Float16");
    refused(DataType::Decimal256(40, 2), "Decimal256(40, 2)");
    refused(DataType::Decimal128(5, -2), "Decimal128(5, -2)");
    refused(DataType::Interval(IntervalUnit::DayTime), "Interval(DayTime)");
    refused(DataType::new_list(DataType::Float16, true), "Float16");
    let views = DataType::ListView(Arc::new(Field::new_list_field(DataType::Int8, true)));
    refused(views.clone(), &views.to_string());
}

#[test]
fn values_finer_than_duckdb_holds_are_refused_and_not_cut() {
    let refused = |array: ArrayRef, told: &str| {
        let mut session = session();
        let field = Field::new("at", array.data_type().clone(), true);
        let scan = Batches::new(vec![batch(field, array)], Last::End);
        let _mounted = session.mount("source", scan).unwrap();
        let error = session.execute("CREATE TABLE t AS FROM source").unwrap_err();
        assert_eq!(error.kind, EngineErrorKind::Scan);
        assert!(
            error.message.starts_with(&format!("column \"at\" holds {told}")),
            "{}",
            error.message
        );
    };
    let instants = || {
        TimestampNanosecondArray::from(vec![Some(1_000), None, Some(1_001)]).with_timezone("UTC")
    };
    refused(Arc::new(instants()), "the instant 1001 ns");
    refused(Arc::new(DurationNanosecondArray::from(vec![-1])), "the duration -1 ns");
    refused(Arc::new(Date64Array::from(vec![86_400_001])), "the date 86400001 ms");
    let fine = IntervalMonthDayNano::new(0, 0, 999);
    refused(Arc::new(IntervalMonthDayNanoArray::from(vec![fine])), "the interval 999 ns");
    let field = Arc::new(Field::new("inner", instants().data_type().clone(), true));
    let nested = StructArray::from(vec![(field, Arc::new(instants()) as ArrayRef)]);
    refused(Arc::new(nested), "the instant 1001 ns");
}

#[test]
fn an_instant_beyond_duckdbs_range_is_refused() {
    let mut session = session();
    let array: ArrayRef = Arc::new(TimestampSecondArray::from(vec![i64::MAX]).with_timezone("UTC"));
    let field = Field::new("at", array.data_type().clone(), true);
    let _mounted =
        session.mount("source", Batches::new(vec![batch(field, array)], Last::End)).unwrap();
    let error = session.execute("CREATE TABLE t AS FROM source").unwrap_err();
    assert_eq!(error.kind, EngineErrorKind::Scan);
}
