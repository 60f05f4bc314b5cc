use std::{fs, path::Path};

use serde_json::{Value, json};

use super::*;
use crate::{
    format::{Cells, cells},
    types::sql_name,
};

type Rows = Vec<Vec<Option<String>>>;

fn open(options: Value) -> Result<CsvSource> {
    let config = CsvSource::spec().parse(options.as_object().unwrap())?;
    CsvSource::open(config, Host::detached())
}

/// A source of one file with this text.
fn source_of(folder: &Path, text: &[u8], mut options: Value) -> Result<CsvSource> {
    let path = folder.join("case.csv");
    fs::write(&path, text).unwrap();
    options["path"] = json!(path);
    open(options)
}

fn request(source: &mut CsvSource, columns: Option<&[&str]>) -> Result<ReadRequest> {
    let mut request = ReadRequest::of("any".into());
    request.schema = Some(source.schema(&request.stream)?);
    request.columns = columns.map(|names| names.iter().map(|&name| name.to_owned()).collect());
    Ok(request)
}

/// All rows, each value as DuckDB would cast it to VARCHAR.
fn rows(source: &mut CsvSource, request: &ReadRequest) -> Result<Rows> {
    let mut rows = Vec::new();
    for partition in source.plan(request)?.partitions {
        let mut stream = source.read(request, &partition)?;
        while let Some(batch) = stream.next_batch()? {
            let columns: Vec<_> = batch.columns().iter().map(|c| cells(c).unwrap()).collect();
            let row = |row| columns.iter().map(|column| text(column.as_ref(), row)).collect();
            rows.extend((0..batch.num_rows()).map(row));
        }
    }
    Ok(rows)
}

fn text(column: &dyn Cells, row: usize) -> Option<String> {
    let mut out = Vec::new();
    column.write(row, &mut out).then(|| String::from_utf8(out).unwrap())
}

fn read(text: &[u8], options: Value) -> Result<(Vec<(String, String)>, Rows)> {
    let folder = tempfile::tempdir().unwrap();
    let mut source = source_of(folder.path(), text, options)?;
    let request = request(&mut source, None)?;
    let fields = request.schema.iter().flat_map(|schema| schema.fields().iter());
    let columns = fields.map(|f| (f.name().clone(), sql_name(f.data_type()))).collect();
    Ok((columns, rows(&mut source, &request)?))
}

/// `tests/data/make.py` has asked DuckDB 1.5.6.
#[test]
fn columns_types_and_values_are_those_that_duckdb_finds() {
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("../../tests/data/read.json")).unwrap();
    assert!(cases.len() > 100);
    for case in cases {
        let text = case["csv"].as_str().unwrap();
        let (columns, rows) = read(text.as_bytes(), case["options"].clone()).unwrap();
        let zoned = "TIMESTAMP WITH TIME ZONE";
        let expect = case["columns"].to_string().replace(zoned, "TIMESTAMPTZ");
        assert_eq!(json!(columns).to_string(), expect, "{text:?}");
        assert_eq!(json!(rows), case["rows"], "{text:?}");
    }
}

/// Where reading a text as DuckDB does would change or lose a value, or guess.
#[test]
fn what_duckdb_would_change_stays_text() {
    for value in [
        "0x10",                          // DuckDB: 16
        "-01",                           // -1
        "9223372036854775808",           // 9.223372036854776e+18
        "1e400",                         // inf
        "12:30:00.1234567",              // 12:30:00.123456
        "2020-01-02 03:04:05.123456789", // 2020-01-02 03:04:05.123456
        "2020-01-02 03:04:05 UTC",       // 2020-01-02 03:04:05
        "2020-01-02 24:00:00",           // 2020-01-03 00:00:00
        "01/02/2020",                    // 2020-02-01
        "epoch",                         // 1970-01-01
    ] {
        let (columns, rows) = read(format!("a,b\n{value},x\n").as_bytes(), json!({})).unwrap();
        assert_eq!(columns[0].1, "VARCHAR", "{value}");
        assert_eq!(rows[0][0].as_deref(), Some(value));
    }
}

/// An error names the file, the line and what to do.
fn check(text: &[u8], options: Value, kind: ErrorKind, expect: &str) {
    let error = read(text, options).unwrap_err();
    assert_eq!(error.kind(), kind, "{error:?}");
    assert!(error.message().contains(expect), "{error:?}");
    assert!(error.message().contains("case.csv") && error.remedy().is_some());
    assert!(error.context().iter().any(|(key, _)| key == "file"));
}

#[test]
fn a_text_that_is_not_csv_fails_with_its_line() {
    for (text, expect) in [
        (&b"a,b\n1,2\n3\n"[..], "line 3: 1 fields, expected 2"),
        (b"a,b\n\"1\n\",2\n1,2,3\n", "line 4: 3 fields, expected 2"),
        (b"a,b\n1,2,\n", "line 2: 3 fields, expected 2"),
        (b"a,b\n1,\"2\n3,4\n", "line 2: the quote that opens here is never closed"),
        (b"a,b\n1,2\n\"x\"y,4\n", "line 3: text stands behind the closing quote"),
        (b"a,b\n1,2\n\xff,4\n", "line 3: a byte that is not UTF-8"),
        (b"\xff\xfea\0", "line 1: the text is UTF-16"),
        (b"a\0,\0b\0\n\0", "line 1: the text is UTF-16"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n\n", "is empty"),
    ] {
        check(text, json!({}), ErrorKind::Data, expect);
    }
}

#[test]
fn a_value_that_does_not_fit_its_type_fails_with_its_line() {
    let declared = || json!({"columns": {"a": "INTEGER"}});
    let inferred = || json!({"sample_rows": 1});
    for (text, options, expect) in [
        ("a\n1\n7.5\n", inferred(), "line 3: column `a`: `7.5` is not BIGINT, the type inferred"),
        ("a\n1\n007\n", inferred(), "line 3: column `a`: `007` is not BIGINT"),
        ("a\ntrue\n1\n", inferred(), "line 3: column `a`: `1` is not BOOLEAN"),
        (
            "a,b\n1,2\n\n1.5,2\n",
            declared(),
            "line 4: column `a`: `1.5` is not INTEGER, the type declared",
        ),
        ("a\n99999999999\n", declared(), "line 2: column `a`: `99999999999` is not INTEGER"),
    ] {
        check(text.as_bytes(), options, ErrorKind::Data, expect);
    }
}

#[test]
fn files_that_cannot_be_what_is_asked_for_are_refused() {
    let declared = json!({"columns": {"c": "DATE"}});
    check(b"a,b\n1,x\n", declared, ErrorKind::Schema, "has no column `c`");
    let gzip = "gzip-compressed: compressed files are not supported yet";
    check(b"\x1f\x8b\x08\0", json!({}), ErrorKind::Unsupported, gzip);
    check(b"\x28\xb5\x2f\xfd\0", json!({}), ErrorKind::Unsupported, "zstd-compressed");
}

#[test]
fn a_long_value_is_quoted_within_bounds() {
    let text = format!("a\n1\n{}\n", "x\n".repeat(1 << 16).replace('\n', "\t"));
    let error = read(text.as_bytes(), json!({"columns": {"a": "BIGINT"}})).unwrap_err();
    assert!(error.message().contains("x\\tx\\t") && error.message().len() < 400);
}

#[test]
fn a_type_that_text_cannot_be_read_as_is_refused_before_a_file_is_opened() {
    let error = open(json!({"path": "none.csv", "columns": {"a": "INTEGER[]"}})).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.remedy().unwrap().contains("DECIMAL(p,s)"));
}

#[test]
fn only_the_columns_asked_for_are_read_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let text = b"a,b,c\n1,\"x\",2020-01-02\n2,y,2020-01-03\n";
    let mut source = source_of(folder.path(), text, json!({})).unwrap();
    for (columns, expect) in [
        (&["c", "a"][..], json!([["2020-01-02", "1"], ["2020-01-03", "2"]])),
        (&["b"], json!([["x"], ["y"]])),
        (&[], json!([[], []])),
    ] {
        let request = request(&mut source, Some(columns)).unwrap();
        assert_eq!(json!(rows(&mut source, &request).unwrap()), expect);
    }
    let request = request(&mut source, Some(&["d"])).unwrap();
    assert_eq!(rows(&mut source, &request).unwrap_err().kind(), ErrorKind::Schema);
}

#[test]
fn a_column_that_is_not_read_need_not_fit_its_type() {
    let folder = tempfile::tempdir().unwrap();
    let mut source =
        source_of(folder.path(), b"a,b\n1,2\nx,3\n", json!({"sample_rows": 1})).unwrap();
    let request = request(&mut source, Some(&["b"])).unwrap();
    assert_eq!(json!(rows(&mut source, &request).unwrap()), json!([["2"], ["3"]]));
}

#[test]
fn batches_have_the_rows_asked_for_and_a_limit_ends_the_read() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("a\n{}", "7\n".repeat(2500));
    let mut source = source_of(folder.path(), text.as_bytes(), json!({})).unwrap();
    let mut sizes = |batch_rows: usize, limit: Option<u64>| -> Vec<usize> {
        let mut request = request(&mut source, None).unwrap();
        (request.batch_rows, request.limit) = (batch_rows, limit);
        let partition = source.plan(&request).unwrap().partitions.remove(0);
        let mut stream = source.read(&request, &partition).unwrap();
        std::iter::from_fn(|| stream.next_batch().unwrap()).map(|batch| batch.num_rows()).collect()
    };
    assert_eq!(sizes(1000, None), [1000, 1000, 500]);
    assert_eq!(sizes(1000, Some(1500)), [1000, 500]);
}

#[test]
fn files_are_read_in_sorted_order_as_one_table() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("b.csv", "a,b\n2.5,x\n"), ("a.csv", "a,b\n1,2\n"), ("c.csv", "a,b\n")] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let glob = json!({"path": folder.path().join("*.csv")});
    let mut source = open(glob).unwrap();
    let wanted = request(&mut source, None).unwrap();
    let expect = json!([["1.0", "2"], ["2.5", "x"]]);
    assert_eq!(json!(rows(&mut source, &wanted).unwrap()), expect);
    assert_eq!(source.discover().unwrap()[0].estimated_bytes, Some(22));
    fs::write(folder.path().join("d.csv"), "b,a\n1,2\n").unwrap();
    let error = source.schema(&"any".into()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert!(error.message().contains("a.csv") && error.message().contains("d.csv"), "{error}");
    let report = source.check().unwrap();
    assert_eq!(
        report.items.iter().map(|item| item.ok).collect::<Vec<_>>(),
        [true, true, true, false]
    );
}

#[test]
fn a_file_that_changed_since_the_plan_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut source = source_of(folder.path(), b"a,b\n1,2\n", json!({})).unwrap();
    let request = request(&mut source, None).unwrap();
    let partition = source.plan(&request).unwrap().partitions.remove(0);
    fs::write(folder.path().join("case.csv"), "a,b\n1,2\n3,4\n").unwrap();
    let error = source.read(&request, &partition).err().unwrap();
    assert!(error.message().contains("has changed"), "{error}");
}

#[test]
fn a_cancelled_stream_ends_with_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut source = source_of(folder.path(), b"a\n1\n", json!({})).unwrap();
    let request = request(&mut source, None).unwrap();
    let partition = source.plan(&request).unwrap().partitions.remove(0);
    let mut stream = source.read(&request, &partition).unwrap();
    stream.cancel_token().cancel();
    assert_eq!(stream.next_batch().unwrap_err().kind(), ErrorKind::Cancelled);
}

#[test]
fn a_missing_file_is_named_with_a_remedy() {
    let error =
        open(json!({"path": "/nowhere/none.csv"})).unwrap().schema(&"any".into()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.message().contains("/nowhere/none.csv") && error.remedy().is_some());
}
