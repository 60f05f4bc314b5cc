use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, RecordBatch},
    datatypes::{Field, Schema, SchemaRef},
    error::ArrowError,
};
use parquet::{
    arrow::{ArrowWriter, arrow_writer::ArrowWriterOptions},
    file::metadata::KeyValue,
};
use sqlflow_plugin_sdk::{
    CancelToken, CheckReport, CommitRecord, CommitStatus, CommitToken, ConfigSpec,
    DestinationConnector, Error, ErrorKind, Host, OpenDestination, Place, Result, WriteMode,
    WriteReport, WriteRequest, Writer,
};
use tempfile::NamedTempFile;

use crate::{
    client::{self, Footer},
    error::{of_io, of_parquet, of_write},
    spec::{self, DestinationConfig},
    types,
};

/// The key in a file's footer under which its commit record stands.
const RECORD: &str = "sqlflow.commit";

/// Writes one Parquet file per place, and publishes it by a rename.
#[derive(Debug)]
pub(crate) struct ParquetDestination {
    options: ArrowWriterOptions,
    host: Host,
}

impl OpenDestination for ParquetDestination {
    type Config = DestinationConfig;

    fn spec() -> ConfigSpec {
        spec::destination()
    }

    fn open(config: DestinationConfig, host: Host) -> Result<Self> {
        // No Arrow schema is embedded: every reader sees the types of the file alone.
        let options = ArrowWriterOptions::new()
            .with_properties(config.properties()?)
            .with_skip_arrow_metadata(true);
        Ok(Self { options, host })
    }
}

impl DestinationConnector for ParquetDestination {
    /// There is nothing to reach before a place is named.
    fn check(&mut self) -> Result<CheckReport> {
        Ok(CheckReport::default().passed("options", "nothing to reach: places are local files"))
    }

    fn describe(&mut self, place: &Place) -> Result<Option<SchemaRef>> {
        let path = Path::new(&place.0);
        if !path.exists() {
            return Ok(None);
        }
        let footer = Footer::read(path, &client::open(path)?)?;
        let columns = footer.metadata.schema().fields().iter();
        let fields: Result<Vec<Field>> = columns.map(|field| types::yielded_as(field)).collect();
        Ok(Some(Arc::new(Schema::new(fields?))))
    }

    fn begin(&mut self, request: &WriteRequest) -> Result<Box<dyn Writer>> {
        if request.mode != WriteMode::Replace {
            return Err(unsupported(request.mode));
        }
        let schema = written_schema(&request.schema)?;
        let place = file_path(&request.place)?;
        let temporary = client::unfinished(&place, &request.token)?;
        let encoder =
            ArrowWriter::try_new_with_options(temporary, Arc::clone(&schema), self.options.clone());
        let encoder = encoder.map_err(|error| of_parquet(&place, &error))?;
        let (session, cancel) = (self.host.cancel_token(), CancelToken::new());
        Ok(Box::new(ParquetWriter { encoder, schema, place, rows: 0, session, cancel }))
    }

    /// The record of a commit stands in the file, which a token alone does not name: `commit`
    /// looks there and publishes nothing twice.
    fn committed(&mut self, _token: &CommitToken) -> Result<CommitStatus> {
        Ok(CommitStatus::Unknown)
    }

    fn recover(&mut self, place: &Place, live: &[CommitToken]) -> Result<()> {
        client::sweep(&file_path(place)?, live)
    }
}

fn unsupported(mode: WriteMode) -> Error {
    let mode = mode.name();
    Error::new(ErrorKind::Unsupported, format!("a Parquet file cannot take rows by {mode}"))
        .with_remedy("use the mode replace, or write another file: a source reads many as one")
}

fn written_schema(given: &SchemaRef) -> Result<SchemaRef> {
    if given.fields().is_empty() {
        return Err(Error::new(ErrorKind::Schema, "there are no columns to write")
            .with_remedy("select at least one column"));
    }
    let fields: Result<Vec<Field>> =
        given.fields().iter().map(|field| types::written_as(field)).collect();
    types::unambiguous(given)?;
    Ok(Arc::new(Schema::new(fields?)))
}

fn file_path(place: &Place) -> Result<PathBuf> {
    let path = PathBuf::from(&place.0);
    if path.file_name().is_none() || place.0.ends_with('/') || path.is_dir() {
        return Err(Error::new(ErrorKind::Config, format!("`{place}` is a folder"))
            .with_remedy("name a file, such as `output/orders.parquet`"));
    }
    Ok(path)
}

struct ParquetWriter {
    encoder: ArrowWriter<NamedTempFile>,
    schema: SchemaRef,
    place: PathBuf,
    rows: u64,
    session: CancelToken,
    cancel: CancelToken,
}

impl Writer for ParquetWriter {
    fn write(&mut self, batch: RecordBatch) -> Result<()> {
        self.session.check()?;
        self.cancel.check()?;
        let batch = encodable(&self.schema, &batch).map_err(|e| of_write(&self.place, &e))?;
        self.encoder.write(&batch).map_err(|error| of_parquet(&self.place, &error))?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    fn commit(mut self: Box<Self>, record: &CommitRecord) -> Result<WriteReport> {
        if record.rows != self.rows {
            let (counted, staged) = (record.rows, self.rows);
            let message = format!("{staged} rows were staged and the host counted {counted}");
            return Err(Error::new(ErrorKind::Bug, message));
        }
        if is_published(&self.place, &record.token) {
            return report(&self.place, self.rows);
        }
        let text = serde_json::to_string(record).map_err(|error| {
            Error::new(ErrorKind::Bug, "a commit record cannot be written").caused_by(&error)
        })?;
        self.encoder.append_key_value_metadata(KeyValue::new(RECORD.to_owned(), text));
        let file = self.encoder.into_inner().map_err(|error| of_parquet(&self.place, &error))?;
        client::publish(file, &self.place)?;
        report(&self.place, self.rows)
    }

    fn abort(self: Box<Self>) -> Result<()> {
        let file = self.encoder.inner().path().to_owned();
        drop(self.encoder);
        if file.exists() {
            let error = io::Error::other("it is still there");
            return Err(of_io(&file, &error));
        }
        Ok(())
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

fn encodable(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns: Result<Vec<ArrayRef>, ArrowError> = schema
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| {
            types::check_digits(column)
                .and_then(|()| types::convert(column, field.data_type()))
                .map_err(|e| ArrowError::CastError(format!("column `{}`: {e}", field.name())))
        })
        .collect();
    RecordBatch::try_new(Arc::clone(schema), columns?)
}

/// Whether the file at a place was published under this token. A file that cannot be read was
/// not, and is about to be replaced.
fn is_published(place: &Path, token: &CommitToken) -> bool {
    let footer = client::open(place).and_then(|file| Footer::read(place, &file));
    let record = footer
        .ok()
        .and_then(|footer| serde_json::from_str::<CommitRecord>(footer.note(RECORD)?).ok());
    record.is_some_and(|record| record.token == *token)
}

fn report(place: &Path, rows: u64) -> Result<WriteReport> {
    let bytes = fs::metadata(place).map_err(|error| of_io(place, &error))?.len();
    let places = vec![place.display().to_string()];
    Ok(WriteReport { rows, bytes: Some(bytes), places, warnings: Vec::new() })
}

#[cfg(test)]
mod tests {
    use arrow::{
        array::{
            AsArray, Decimal128Array, DictionaryArray, Int64Array, StructArray,
            TimestampSecondArray,
        },
        datatypes::{DataType, Int32Type, IntervalUnit, TimeUnit, TimestampMicrosecondType},
    };
    use parquet::{
        basic::Compression,
        file::reader::{FileReader, SerializedFileReader},
    };
    use serde_json::{Value, json};
    use tempfile::TempDir;

    use super::*;
    use crate::source::tests::read;

    fn destination(options: &Value) -> ParquetDestination {
        let config = spec::destination().parse(options.as_object().unwrap()).unwrap();
        ParquetDestination::open(config, Host::detached()).unwrap()
    }

    fn numbers(range: std::ops::Range<i64>) -> RecordBatch {
        let column = Arc::new(Int64Array::from_iter_values(range)) as ArrayRef;
        RecordBatch::try_from_iter_with_nullable([("n", column, true)]).unwrap()
    }

    fn request(place: &Path, token: &str, schema: SchemaRef) -> WriteRequest {
        WriteRequest {
            place: Place(place.to_str().unwrap().to_owned()),
            mode: WriteMode::Replace,
            keys: Vec::new(),
            token: CommitToken(token.to_owned()),
            schema,
        }
    }

    fn record(token: &str, rows: u64) -> CommitRecord {
        CommitRecord { token: CommitToken(token.to_owned()), rows, watermark: Some(json!(7)) }
    }

    fn write(options: &Value, place: &Path, token: &str, batches: &[RecordBatch]) -> WriteReport {
        let mut destination = destination(options);
        let mut writer = destination.begin(&request(place, token, batches[0].schema())).unwrap();
        batches.iter().for_each(|batch| writer.write(batch.clone()).unwrap());
        let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        writer.commit(&record(token, rows)).unwrap()
    }

    fn names_in(folder: &TempDir) -> Vec<String> {
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn rows_at(place: &Path) -> RecordBatch {
        read(&json!({"path": place.to_str().unwrap()})).unwrap()
    }

    #[test]
    fn readers_see_the_old_rows_until_the_commit_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.parquet");
        write(&json!({}), &place, "one", &[numbers(0..3)]);
        let mut destination = destination(&json!({}));
        let mut writer =
            destination.begin(&request(&place, "two", numbers(0..0).schema())).unwrap();
        writer.write(numbers(0..50_000)).unwrap();
        assert_eq!(rows_at(&place), numbers(0..3));
        let report = writer.commit(&record("two", 50_000)).unwrap();
        assert_eq!(rows_at(&place).num_rows(), 50_000);
        assert_eq!(report.rows, 50_000);
        assert_eq!(report.bytes, Some(fs::metadata(&place).unwrap().len()));
        assert_eq!(names_in(&folder), ["a.parquet"]);
    }

    #[test]
    fn the_same_token_publishes_nothing_new() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.parquet");
        write(&json!({}), &place, "one", &[numbers(0..3)]);
        let before = fs::read(&place).unwrap();
        let report = write(&json!({}), &place, "one", &[numbers(5..8)]);
        assert_eq!((report.rows, fs::read(&place).unwrap()), (3, before));
        write(&json!({}), &place, "two", &[numbers(5..8)]);
        assert_eq!(rows_at(&place), numbers(5..8));
        assert_eq!(names_in(&folder), ["a.parquet"]);
    }

    #[test]
    fn an_aborted_dropped_or_miscounted_write_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.parquet");
        let mut destination = destination(&json!({}));
        let mut begin = || {
            let mut writer =
                destination.begin(&request(&place, "one", numbers(0..0).schema())).unwrap();
            writer.write(numbers(0..3)).unwrap();
            assert_eq!(names_in(&folder).len(), 1);
            writer
        };
        begin().abort().unwrap();
        assert_eq!(names_in(&folder), Vec::<String>::new());
        drop(begin());
        assert_eq!(names_in(&folder), Vec::<String>::new());
        let error = begin().commit(&record("one", 4)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Bug);
        assert_eq!(names_in(&folder), Vec::<String>::new());
    }

    #[test]
    fn a_sweep_spares_live_tokens_running_writes_and_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.parquet");
        let mut destination = destination(&json!({}));
        let running = destination.begin(&request(&place, "here", numbers(0..0).schema())).unwrap();
        let others = [
            ".a.parquet.dead.x1.sqlflow-unfinished",
            ".a.parquet.live-1.x2.sqlflow-unfinished",
            ".b.parquet.dead.x3.sqlflow-unfinished",
            "a.parquet.bak",
        ];
        others.iter().for_each(|name| fs::write(folder.path().join(name), "").unwrap());
        let place = Place(place.to_str().unwrap().to_owned());
        destination.recover(&place, &[CommitToken("live/1".to_owned())]).unwrap();
        let left = names_in(&folder);
        assert_eq!(left.len(), 4, "{left:?}");
        assert!(left.iter().any(|name| name.starts_with(".a.parquet.here.")), "{left:?}");
        assert!(!left.iter().any(|name| name == others[0]), "{left:?}");
        drop(running);
        destination.recover(&Place("none/there.parquet".to_owned()), &[]).unwrap();
    }

    #[test]
    fn folders_are_made_and_a_folder_is_no_place() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("x/y/a.parquet");
        write(&json!({}), &place, "one", &[numbers(0..3)]);
        assert_eq!(rows_at(&place), numbers(0..3));
        for place in [folder.path().to_owned(), folder.path().join("x/y/")] {
            let begun =
                destination(&json!({})).begin(&request(&place, "one", numbers(0..0).schema()));
            assert_eq!(begun.err().unwrap().kind(), ErrorKind::Config);
        }
    }

    #[test]
    fn options_show_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.parquet");
        let check = |options: Value, codec: fn(Compression) -> bool, groups: &[i64]| {
            write(&options, &place, &options.to_string(), &[numbers(0..3_000), numbers(0..3_000)]);
            let file = SerializedFileReader::new(fs::File::open(&place).unwrap()).unwrap();
            let found = file.metadata().row_groups().iter();
            let found: Vec<(i64, bool)> =
                found.map(|g| (g.num_rows(), codec(g.column(0).compression()))).collect();
            let expected: Vec<(i64, bool)> = groups.iter().map(|rows| (*rows, true)).collect();
            assert_eq!(found, expected, "{options}");
            assert_eq!(rows_at(&place).num_rows(), 6_000);
        };
        use Compression as C;
        check(json!({}), |c| c == C::SNAPPY, &[6_000]);
        check(json!({"compression": "uncompressed"}), |c| c == C::UNCOMPRESSED, &[6_000]);
        check(json!({"compression": "LZ4_RAW"}), |c| c == C::LZ4_RAW, &[6_000]);
        check(json!({"compression": "gzip"}), |c| matches!(c, C::GZIP(_)), &[6_000]);
        let zstd = json!({"compression": "zstd", "compression_level": 9, "row_group_size": 4_000});
        check(zstd, |c| matches!(c, C::ZSTD(_)), &[4_000, 2_000]);
    }

    #[test]
    fn other_modes_are_refused_with_a_remedy() {
        for mode in [WriteMode::Append, WriteMode::Upsert] {
            let wanted = request(Path::new("a.parquet"), "one", numbers(0..0).schema());
            let begun = destination(&json!({})).begin(&WriteRequest { mode, ..wanted });
            let error = begun.err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.remedy().unwrap().contains("replace"));
        }
    }

    #[test]
    fn types_without_an_equal_are_refused_by_name_before_a_file_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let check = |field: Field, named: &str| {
            let schema = Arc::new(Schema::new(vec![field]));
            let place = folder.path().join("sub/a.parquet");
            let begun = destination(&json!({})).begin(&request(&place, "one", schema));
            let error = begun.err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.message().contains(named), "{error:?}");
            assert!(error.remedy().unwrap().contains("VARCHAR"));
            assert_eq!(names_in(&folder), Vec::<String>::new());
        };
        let interval = DataType::Interval(IntervalUnit::MonthDayNano);
        check(Field::new("pause", interval.clone(), true), "`pause` is Interval");
        check(Field::new("l", DataType::new_list(interval, true), true), "Interval");
        check(Field::new("d", DataType::Duration(TimeUnit::Second), true), "`d` is Duration");
        let opaque = Field::new("bits", DataType::Binary, true)
            .with_metadata([("ARROW:extension:name".into(), "arrow.opaque".into())].into());
        check(opaque, "`bits` is arrow.opaque");
    }

    #[test]
    fn a_hugeint_beyond_38_digits_is_an_error_and_not_another_number() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.parquet");
        let decimals = |value: i128| {
            let column = Decimal128Array::from(vec![value]).with_precision_and_scale(38, 0);
            let column = Arc::new(column.unwrap()) as ArrayRef;
            RecordBatch::try_from_iter_with_nullable([("h", column, true)]).unwrap()
        };
        let largest = decimals(10_i128.pow(38) - 1);
        write(&json!({}), &place, "one", std::slice::from_ref(&largest));
        assert_eq!(rows_at(&place), largest);
        let mut destination = destination(&json!({}));
        let mut writer = destination.begin(&request(&place, "two", largest.schema())).unwrap();
        let error = writer.write(decimals(i128::MAX)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Data);
        assert!(error.causes()[0].contains("column `h`"), "{error:?}");
    }

    #[test]
    fn seconds_become_microseconds_and_enums_become_text() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.parquet");
        let words: DictionaryArray<Int32Type> =
            vec![Some("b"), None, Some("b")].into_iter().collect();
        let at = Arc::new(TimestampSecondArray::from(vec![Some(-1), None, Some(7)])) as ArrayRef;
        let part = Arc::new(Field::new("at", at.data_type().clone(), true));
        let nested = StructArray::from(vec![(part, Arc::clone(&at))]);
        let batch = RecordBatch::try_from_iter([
            ("at", at),
            ("nested", Arc::new(nested) as ArrayRef),
            ("word", Arc::new(words) as ArrayRef),
        ]);
        write(&json!({}), &place, "one", &[batch.unwrap()]);
        let rows = rows_at(&place);
        for at in [rows.column(0), rows.column(1).as_struct().column(0)] {
            let at = at.as_primitive::<TimestampMicrosecondType>();
            assert_eq!(at.iter().collect::<Vec<_>>(), [Some(-1_000_000), None, Some(7_000_000)]);
        }
        let words: Vec<Option<&str>> = rows.column(2).as_string_view().iter().collect();
        assert_eq!(words, [Some("b"), None, Some("b")]);
    }

    #[test]
    fn a_description_is_what_a_source_would_yield() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.parquet");
        let at = Place(place.to_str().unwrap().to_owned());
        let mut destination = destination(&json!({}));
        assert_eq!(destination.describe(&at).unwrap(), None);
        write(&json!({}), &place, "one", &[numbers(0..3)]);
        let described = destination.describe(&at).unwrap().unwrap();
        assert_eq!(described, rows_at(&place).schema());
        fs::write(&place, "no parquet").unwrap();
        assert_eq!(destination.describe(&at).unwrap_err().kind(), ErrorKind::Data);
    }
}
