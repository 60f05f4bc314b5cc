use std::{fs, path::PathBuf, sync::Arc};

use arrow::{
    array::{
        ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
        Float32Array, Float64Array, Int8Array, Int64Array, NullArray, RecordBatch, StringArray,
        Time64MicrosecondArray, TimestampMicrosecondArray, TimestampMillisecondArray,
        TimestampNanosecondArray, TimestampSecondArray, UInt64Array,
    },
    datatypes::{DataType, Field, SchemaRef, UInt8Type},
};
use serde_json::{Value, json};
use sqlflow_plugin_sdk::CommitRecord;

use super::*;

const ROWS: usize = 11;

/// The first values of a column of the table; the others are NULL.
fn column<A: FromIterator<Option<T>>, T: Copy>(values: &[Option<T>]) -> A {
    (0..ROWS).map(|row| values.get(row).copied().flatten()).collect()
}

/// `TABLE` of `tests/data/make.py`.
fn table() -> RecordBatch {
    let decimal = |values: &[Option<i128>], precision, scale| -> ArrayRef {
        let array: Decimal128Array = column(values);
        Arc::new(array.with_precision_and_scale(precision, scale).unwrap())
    };
    let enums: DictionaryArray<UInt8Type> =
        column::<Vec<Option<&str>>, _>(&[Some("x"), Some("y,z")]).into_iter().collect();
    let flags: BooleanArray = column(&[Some(true), Some(false)]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("flag", Arc::new(flags)),
        ("tiny", Arc::new(column::<Int8Array, _>(&[Some(1), Some(-128)]))),
        ("big", Arc::new(column::<Int64Array, _>(&[Some(i64::MAX), Some(i64::MIN), Some(0)]))),
        ("ubig", Arc::new(column::<UInt64Array, _>(&[Some(u64::MAX), Some(0)]))),
        ("double", Arc::new(column::<Float64Array, _>(&DOUBLES.map(Some)))),
        ("float", Arc::new(column::<Float32Array, _>(&FLOATS.map(Some)))),
        ("decimal", decimal(&[Some(12345), Some(-5), Some(0)], 10, 2)),
        ("fraction", decimal(&[Some(5), Some(-50), Some(0)], 2, 2)),
        ("huge", decimal(&[Some(5), Some(-5)], 38, 0)),
        ("text,x", Arc::new(column::<StringArray, _>(&TEXTS))),
        ("enum\"y", Arc::new(enums)),
        ("day", Arc::new(column::<Date32Array, _>(&DAYS.map(Some)))),
        ("clock", Arc::new(column::<Time64MicrosecondArray, _>(&CLOCKS.map(Some)))),
        ("moment", Arc::new(column::<TimestampMicrosecondArray, _>(&MOMENTS.map(Some)))),
        (
            "zoned",
            Arc::new(
                column::<TimestampMicrosecondArray, _>(&ZONED.map(Some))
                    .with_timezone("Europe/Vienna"),
            ),
        ),
        ("seconds", Arc::new(column::<TimestampSecondArray, _>(&[Some(1_577_934_245), Some(-1)]))),
        (
            "millis",
            Arc::new(column::<TimestampMillisecondArray, _>(&[Some(1_577_934_245_120), Some(-1)])),
        ),
        (
            "nanos",
            Arc::new(column::<TimestampNanosecondArray, _>(&[
                Some(1_577_934_245_123_456_789),
                Some(i64::MAX),
            ])),
        ),
        ("nothing", Arc::new(NullArray::new(ROWS))),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
        .unwrap()
}

const DOUBLES: [f64; 10] =
    [1e300, f64::NAN, -0.0, 1e16, 0.0001, 0.00001, 9999999999999998.0, 5e-324, 1.5e-7, 100.0];
const FLOATS: [f32; 8] =
    [0.1, f32::INFINITY, 1e-45, 16777216.0, 123456.79, 1e15, f32::MAX, f32::NEG_INFINITY];
const TEXTS: [Option<&str>; ROWS] = [
    Some("plain"),
    Some("a,b"),
    Some("q\"r"),
    Some(""),
    None,
    Some("line\nbreak"),
    Some("cr\r"),
    Some(" é ☃ "),
    Some("#"),
    Some("NA"),
    Some("1;2"),
];
/// The numbers behind the moments are DuckDB's.
const DAYS: [i32; 5] = [18263, -719162, i32::MAX, -735160, 2932898];
const CLOCKS: [i64; 4] = [3_723_000_000, 3_723_500_000, 0, 86_399_000_001];
const MOMENTS: [i64; 5] = [
    1_577_934_245_000_000,
    1_577_934_245_500_000,
    -i64::MAX,
    -63_517_820_277_000_000,
    -315_521_754_999_999,
];
const ZONED: [i64; 3] = [1_577_927_045_000_000, -750_000, i64::MAX];

fn open(options: Value) -> CsvDestination {
    let config = CsvDestination::spec().parse(options.as_object().unwrap()).unwrap();
    CsvDestination::open(config, Host::detached()).unwrap()
}

fn request(place: &Path, schema: SchemaRef, token: &str) -> WriteRequest {
    WriteRequest {
        place: Place(place.to_str().unwrap().to_owned()),
        mode: WriteMode::Replace,
        keys: Vec::new(),
        token: CommitToken(token.to_owned()),
        schema,
    }
}

fn record(token: &str, rows: usize) -> CommitRecord {
    CommitRecord { token: CommitToken(token.to_owned()), rows: rows as u64, watermark: None }
}

fn write(to: &mut CsvDestination, place: &Path, batch: RecordBatch) -> Result<WriteReport> {
    let rows = batch.num_rows();
    let mut writer = to.begin(&request(place, batch.schema(), "t"))?;
    writer.write(batch.slice(0, rows / 2))?;
    writer.write(batch.slice(rows / 2, rows - rows / 2))?;
    writer.commit(&record("t", rows))
}

fn letters(letters: &[&str]) -> RecordBatch {
    let array: ArrayRef = Arc::new(StringArray::from(letters.to_vec()));
    RecordBatch::try_from_iter([("a", array)]).unwrap()
}

/// The files of the folder, hidden ones too.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn new_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("out.csv");
    (folder, place)
}

/// `tests/data/make.py` has written the same table with DuckDB 1.5.6.
#[test]
fn the_file_is_byte_for_byte_what_duckdb_writes() {
    for (expect, options) in [
        (&include_bytes!("../../tests/data/written.csv")[..], json!({})),
        (
            include_bytes!("../../tests/data/written_options.csv"),
            json!({"header": false, "delimiter": ";", "null": "NA", "quote": "'"}),
        ),
        (
            include_bytes!("../../tests/data/written_dashes.csv"),
            json!({"has_header": true, "sep": "-", "null": "1"}),
        ),
    ] {
        let (_folder, place) = new_folder();
        let report = write(&mut open(options), &place, table()).unwrap();
        let written = fs::read(&place).unwrap();
        assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(expect));
        assert_eq!((report.rows, report.bytes), (ROWS as u64, Some(expect.len() as u64)));
        assert_eq!(report.places, [place.to_str().unwrap()]);
    }
}

#[test]
fn what_is_written_reads_back_the_same() {
    use sqlflow_plugin_sdk::{OpenSource, ReadRequest, SourceConnector};
    let (_folder, place) = new_folder();
    write(&mut open(json!({})), &place, letters(&["x", "\"", ",", "\r\n", "é", " "])).unwrap();
    let config = crate::spec::source().parse(json!({"path": place}).as_object().unwrap()).unwrap();
    let mut source = crate::source::CsvSource::open(config, Host::detached()).unwrap();
    let request = ReadRequest::of("any".into());
    let partition = source.plan(&request).unwrap().partitions.remove(0);
    let batch = source.read(&request, &partition).unwrap().next_batch().unwrap().unwrap();
    assert_eq!(
        batch.column(0).as_string::<i32>(),
        letters(&["x", "\"", ",", "\r\n", "é", " "]).column(0).as_string::<i32>()
    );
}

#[test]
fn readers_see_the_old_file_until_the_commit() {
    let (folder, place) = new_folder();
    fs::write(&place, "old").unwrap();
    let mut to = open(json!({}));
    let batch = letters(&["x"; 200_000]);
    let mut writer = to.begin(&request(&place, batch.schema(), "run/1 é")).unwrap();
    writer.write(batch).unwrap();
    assert_eq!(fs::read_to_string(&place).unwrap(), "old");
    let staged = files(folder.path()).remove(0);
    assert!(staged.starts_with(".out.csv.run%2f1%20%c3%a9~"), "{staged}");
    assert!(staged.ends_with(".sqlflow.tmp"), "{staged}");
    writer.commit(&record("run/1 é", 200_000)).unwrap();
    assert_eq!(fs::read_to_string(&place).unwrap(), format!("a\n{}", "x\n".repeat(200_000)));
    assert_eq!(files(folder.path()), ["out.csv"]);
}

#[test]
fn nothing_is_left_of_a_write_that_was_aborted_dropped_or_cancelled() {
    let (folder, place) = new_folder();
    let mut to = open(json!({}));
    let mut begin = || to.begin(&request(&place, letters(&[]).schema(), "t")).unwrap();
    let mut writer = begin();
    writer.write(letters(&["x"])).unwrap();
    writer.abort().unwrap();
    drop(begin());
    let mut writer = begin();
    writer.cancel_token().cancel();
    assert_eq!(writer.write(letters(&["x"])).unwrap_err().kind(), ErrorKind::Cancelled);
    drop(writer);
    let wrong = begin().commit(&record("t", 1)).unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Bug, "the rows do not add up");
    assert_eq!(files(folder.path()), [""; 0]);
}

#[test]
fn the_same_token_again_publishes_nothing_new() {
    let (folder, place) = new_folder();
    let mut to = open(json!({}));
    let token = CommitToken("t".to_owned());
    assert_eq!(to.committed(&token).unwrap(), CommitStatus::Unknown);
    let first = write(&mut to, &place, letters(&["x"])).unwrap();
    assert_eq!(to.committed(&token).unwrap(), CommitStatus::Committed);
    fs::write(&place, "changed by somebody else").unwrap();
    assert_eq!(write(&mut to, &place, letters(&["y", "z"])).unwrap(), first);
    assert_eq!(fs::read_to_string(&place).unwrap(), "changed by somebody else");
    assert_eq!(files(folder.path()), ["out.csv"]);
}

#[test]
fn recovery_removes_what_dead_runs_left_and_nothing_else() {
    let (folder, place) = new_folder();
    let others = [
        ".out.csv.live-1~1a-2b-0.sqlflow.tmp",
        ".out.csv.bak.dead~1a-2b-0.sqlflow.tmp",
        ".other.csv.dead.sqlflow.tmp",
        ".out.csv.notes.tmp",
        "out.csv",
    ];
    for name in
        others.iter().chain(&[".out.csv.dead~1a-2b-0.sqlflow.tmp", ".out.csv.d%2f1.sqlflow.tmp"])
    {
        fs::write(folder.path().join(name), "").unwrap();
    }
    let mut to = open(json!({}));
    let place_of = |path: &Path| Place(path.to_str().unwrap().to_owned());
    to.recover(&place_of(&place), &[CommitToken("live-1".to_owned())]).unwrap();
    let mut expect = others.map(str::to_owned);
    expect.sort();
    assert_eq!(files(folder.path()), expect);
    to.recover(&place_of(&folder.path().join("none/out.csv")), &[]).unwrap();
}

#[test]
fn folders_are_created_and_permissions_kept() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _) = new_folder();
    let place = folder.path().join("a/b/out.csv");
    write(&mut open(json!({})), &place, letters(&["x"])).unwrap();
    fs::set_permissions(&place, fs::Permissions::from_mode(0o600)).unwrap();
    write(&mut open(json!({})), &place, letters(&["y"])).unwrap();
    assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&place).unwrap(), "a\ny\n");
}

#[test]
fn what_cannot_be_written_is_refused_before_anything_is() {
    let (folder, place) = new_folder();
    let mut to = open(json!({}));
    let item = Arc::new(Field::new("item", DataType::Int32, true));
    for kind in [
        DataType::List(Arc::clone(&item)),
        DataType::Struct(vec![item].into()),
        DataType::Binary,
        DataType::Interval(arrow::datatypes::IntervalUnit::MonthDayNano),
    ] {
        let schema = Arc::new(Schema::new(vec![Field::new("c", kind, true)]));
        let error = to.begin(&request(&place, schema, "t")).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("`c`") && error.remedy().unwrap().contains("CAST"));
    }
    for mode in [WriteMode::Append, WriteMode::Upsert] {
        let mut wrong = request(&place, letters(&[]).schema(), "t");
        wrong.mode = mode;
        let error = to.begin(&wrong).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains(mode.name()) && error.remedy().is_some());
    }
    let error = to.begin(&request(folder.path(), letters(&[]).schema(), "t")).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(files(folder.path()), [""; 0]);
}

/// A process that stood still while another one took its publish over does not put that one's
/// half-written file at the place. Mutation: one name for all attempts.
#[test]
fn attempts_at_one_publish_stage_under_names_of_their_own() {
    let (folder, place) = new_folder();
    let mut first = open(json!({}));
    let batch = letters(&["x"; 3]);
    let mut stood_still = first.begin(&request(&place, batch.schema(), "t")).unwrap();
    stood_still.write(batch.clone()).unwrap();
    let mut second = open(json!({}));
    let mut goes_on = second.begin(&request(&place, batch.schema(), "t")).unwrap();
    assert!(stood_still.commit(&record("t", 3)).is_err(), "its file was swept");
    assert!(!place.exists());
    goes_on.write(batch).unwrap();
    goes_on.commit(&record("t", 3)).unwrap();
    assert_eq!(fs::read_to_string(&place).unwrap(), "a\nx\nx\nx\n");
    assert_eq!(files(folder.path()), ["out.csv"]);
}
