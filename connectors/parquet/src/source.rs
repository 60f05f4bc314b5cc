use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::datatypes::{Field, Schema, SchemaRef};
use serde::{Deserialize, Serialize};
use sqlflow_plugin_sdk::{
    BatchStream, CheckReport, ConfigSpec, Error, ErrorKind, FilterSupport, Host, OpenSource,
    Partition, ReadPlan, ReadRequest, Result, SourceConnector, StreamDescriptor, StreamName, rows,
};

use crate::{
    client::{self, Footer, RowGroups, Slice, Stamp},
    error::{changed, no_files, not_utf8, there_are},
    spec::{self, SourceConfig},
    types,
};

/// Parquet files read as one stream.
#[derive(Debug)]
pub(crate) struct ParquetSource {
    config: SourceConfig,
    host: Host,
    /// The footer read last: neighbouring partitions are mostly of one file.
    last: Option<Footer>,
}

/// The payload of a partition.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    file: PathBuf,
    stamp: Stamp,
    /// The stream's columns in its order, which this file's need not be.
    columns: Vec<String>,
    #[serde(flatten)]
    slice: Slice,
}

impl OpenSource for ParquetSource {
    type Config = SourceConfig;

    fn spec() -> ConfigSpec {
        spec::source()
    }

    fn open(config: SourceConfig, host: Host) -> Result<Self> {
        Ok(Self { config: config.validated()?, host, last: None })
    }
}

impl SourceConnector for ParquetSource {
    fn check(&mut self) -> Result<CheckReport> {
        let report = CheckReport::default();
        let files = match client::list(&self.config.path) {
            Ok(files) => files,
            Err(error) => return Ok(report.failed("find the files", error.message())),
        };
        Ok(files.into_iter().fold(report, |report, file| {
            let name = format!("read the footer of {}", file.display());
            match self.open_file(&file) {
                Ok((footer, _)) => report.passed(name, format!("{} rows", footer.rows())),
                Err(error) => report.failed(name, error.message()),
            }
        }))
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        let (mut rows, mut bytes) = (0, 0);
        let schema = self.survey(|footer, _| {
            rows += footer.rows();
            bytes += footer.stamp.size;
            Ok(())
        })?;
        Ok(vec![StreamDescriptor {
            schema: Some(schema),
            estimated_rows: Some(rows),
            estimated_bytes: Some(bytes),
            ..StreamDescriptor::named(self.config.path.join(", "))
        }])
    }

    /// The files are one stream, whatever name it is asked by.
    fn schema(&mut self, _stream: &StreamName) -> Result<SchemaRef> {
        self.survey(|_, _| Ok(()))
    }

    fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        let (mut rows, mut partitions) = (0, Vec::new());
        self.survey(|footer, columns| {
            rows += footer.rows();
            partitions.extend(partitions_of(footer, columns)?);
            Ok(())
        })?;
        let filters = vec![FilterSupport::Unsupported; request.filters.len()];
        Ok(ReadPlan { partitions, filters, estimated_rows: Some(rows) })
    }

    fn read(
        &mut self,
        request: &ReadRequest,
        partition: &Partition,
    ) -> Result<Box<dyn BatchStream>> {
        let payload: Payload = serde_json::from_value(partition.payload.clone()).map_err(|e| {
            Error::new(ErrorKind::Bug, "the partition is none of this connector's").caused_by(&e)
        })?;
        let (footer, file) = self.open_file(&payload.file)?;
        if footer.stamp != payload.stamp {
            return Err(changed(&footer.path));
        }
        let all = self.columns_of(&footer)?;
        if let Some(bound) = &request.schema {
            types::check_same(("the bound schema", bound), (&footer.path.to_string_lossy(), &all))?;
        }
        let columns = request.columns.as_deref().unwrap_or(&payload.columns);
        let schema = rows::project(&all, Some(columns))?;
        let batch_rows = self.batch_rows(request, &payload.slice);
        let rows = payload.slice.rows.min(request.limit.unwrap_or(u64::MAX));
        let slice = Slice { rows, ..payload.slice };
        let session = self.host.cancel_token();
        let groups = RowGroups::open((footer, file), schema, slice, batch_rows, session)?;
        Ok(Box::new(groups))
    }
}

impl ParquetSource {
    /// Visits every footer, in order, with the columns of the first file, which are returned: all
    /// files have them.
    fn survey(
        &mut self,
        mut visit: impl FnMut(&Footer, &SchemaRef) -> Result<()>,
    ) -> Result<SchemaRef> {
        let mut first: Option<(String, SchemaRef)> = None;
        for file in client::list(&self.config.path)? {
            let (footer, _) = self.open_file(&file)?;
            let columns = self.columns_of(&footer)?;
            let name = file.display().to_string();
            let (other, agreed) = first.get_or_insert_with(|| (name.clone(), Arc::clone(&columns)));
            types::check_same((other, agreed), (&name, &columns))?;
            visit(&footer, agreed)?;
        }
        let found = first.map(|(_, columns)| columns);
        found.ok_or_else(|| no_files(&self.config.path.join(", ")))
    }

    fn open_file(&mut self, path: &Path) -> Result<(Footer, File)> {
        let file = client::open(path)?;
        let stamp = Stamp::of(path, &file)?;
        if let Some(last) = &self.last
            && last.path == path
            && last.stamp == stamp
        {
            return Ok((last.clone(), file));
        }
        let footer = Footer::read(path, &file)?;
        self.last = Some(footer.clone());
        Ok((footer, file))
    }

    fn columns_of(&self, footer: &Footer) -> Result<SchemaRef> {
        self.chosen(footer.metadata.schema())
            .map_err(|error| error.with_context("file", footer.path.display()))
    }

    fn chosen(&self, decoded: &SchemaRef) -> Result<SchemaRef> {
        types::unambiguous(decoded)?;
        let chosen = rows::project(decoded, self.config.columns.as_deref())
            .map_err(|error| error.with_remedy(there_are(decoded)))?;
        types::unambiguous(&chosen)?;
        let fields = chosen.fields().iter().map(|field| types::yielded_as(field));
        Ok(Arc::new(Schema::new(fields.collect::<Result<Vec<Field>>>()?)))
    }

    fn batch_rows(&self, request: &ReadRequest, slice: &Slice) -> usize {
        let wished = self.config.batch_size.unwrap_or(request.batch_rows);
        let row_bytes = (slice.bytes / slice.rows.max(1)).max(1);
        let within = request.batch_bytes as u64 / row_bytes;
        wished.min(usize::try_from(within).unwrap_or(usize::MAX)).max(1)
    }
}

fn partitions_of(footer: &Footer, columns: &SchemaRef) -> Result<Vec<Partition>> {
    let name = footer.path.to_str().ok_or_else(|| not_utf8(&footer.path))?;
    let slices = footer.slices().into_iter().filter(|slice| slice.rows > 0);
    slices
        .map(|slice| {
            let id = format!("{name}#{}", slice.row_groups.first().copied().unwrap_or_default());
            let columns = columns.fields().iter().map(|field| field.name().clone()).collect();
            let payload =
                Payload { file: footer.path.clone(), stamp: footer.stamp, columns, slice };
            let payload = serde_json::to_value(payload).map_err(|error| {
                Error::new(ErrorKind::Bug, "a partition cannot be written as JSON")
                    .caused_by(&error)
            })?;
            Ok(Partition { id, payload })
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs;

    use arrow::{
        array::{AsArray, Int64Array, RecordBatch},
        compute::concat_batches,
        datatypes::Int64Type,
    };
    use serde_json::{Value, json};

    use super::*;

    pub(crate) fn fixture(name: &str) -> String {
        format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
    }

    fn source(options: &Value) -> ParquetSource {
        let config = spec::source().parse(options.as_object().unwrap()).unwrap();
        ParquetSource::open(config, Host::detached()).unwrap()
    }

    fn request() -> ReadRequest {
        ReadRequest::of(StreamName::from("any"))
    }

    fn pull(source: &mut ParquetSource, request: &ReadRequest) -> Result<Vec<RecordBatch>> {
        let mut batches = Vec::new();
        for partition in source.plan(request)?.partitions {
            let mut stream = source.read(request, &partition)?;
            while let Some(batch) = stream.next_batch()? {
                batches.push(batch);
            }
        }
        Ok(batches)
    }

    /// All rows that a source with these options yields.
    pub(crate) fn read(options: &Value) -> Result<RecordBatch> {
        let mut source = source(options);
        let request = ReadRequest { schema: Some(source.schema(&"any".into())?), ..request() };
        let batches = pull(&mut source, &request)?;
        Ok(concat_batches(request.schema.as_ref().unwrap(), &batches).unwrap())
    }

    #[test]
    fn partitions_are_the_row_groups_with_small_ones_together() {
        let mut source = source(&json!({"path": fixture("groups.parquet")}));
        let plan = source.plan(&request()).unwrap();
        let groups: Vec<&Value> =
            plan.partitions.iter().map(|partition| &partition.payload["row_groups"]).collect();
        assert_eq!(groups, [&json!([0, 1]), &json!([2]), &json!([3]), &json!([4])]);
        assert_eq!(plan.estimated_rows, Some(140_001));
        let batches = pull(&mut source, &request()).unwrap();
        assert!(batches.iter().all(|batch| batch.num_rows() <= 8_192));
        let mut numbers = 0..140_001;
        for batch in batches {
            let column = batch.column(0).as_primitive::<Int64Type>();
            assert!(column.values().iter().all(|number| numbers.next() == Some(*number)));
        }
        assert_eq!(numbers.next(), None);
    }

    #[test]
    fn columns_come_in_the_order_of_the_request_and_may_be_none() {
        let mut source = source(&json!({"path": fixture("groups.parquet")}));
        let mut check = |columns: &[&str], first: &[i64], limit: Option<u64>, rows: usize| {
            let columns = Some(columns.iter().map(ToString::to_string).collect());
            let request = ReadRequest { columns, limit, ..request() };
            let batches = pull(&mut source, &request).unwrap();
            let last = batches[0]
                .columns()
                .iter()
                .map(|column| column.as_primitive::<Int64Type>().value(9));
            assert_eq!(last.collect::<Vec<i64>>(), first, "{request:?}");
            assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), rows);
        };
        check(&["half", "n"], &[4, 9], None, 140_001);
        check(&["n"], &[9], None, 140_001);
        check(&[], &[], None, 140_001);
        // Each of the four partitions stops at the limit.
        check(&["n"], &[9], Some(10), 31);
    }

    #[test]
    fn batches_stay_within_the_rows_and_bytes_asked_for() {
        let check = |options: Value, batch_bytes: usize, rows: usize| {
            let request = ReadRequest { batch_bytes, ..request() };
            let batches = pull(&mut source(&options), &request).unwrap();
            assert_eq!(batches[0].num_rows(), rows, "{options}");
        };
        let path = fixture("checksums.parquet");
        check(json!({"path": &path}), 1 << 20, 100);
        check(json!({"path": &path, "batch_size": 7}), 1 << 20, 7);
        // A row takes 8 bytes.
        check(json!({"path": &path}), 80, 10);
        check(json!({"path": &path}), 1, 1);
    }

    #[test]
    fn files_with_the_same_columns_are_one_stream() {
        let parts = read(&json!({"path": fixture("part_*.parquet")})).unwrap();
        assert_eq!(parts.column(0).as_primitive::<Int64Type>(), &Int64Array::from(vec![1, 2, 3]));
        let names: Vec<&str> = parts.column(1).as_string_view().iter().flatten().collect();
        assert_eq!(names, ["one", "two", "three"]);
    }

    #[test]
    fn a_column_of_another_type_names_both_files() {
        let paths = json!({"path": [fixture("part_a.parquet"), fixture("other_c.parquet")]});
        let error = read(&paths).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Schema);
        for part in ["`n`", "part_a.parquet", "other_c.parquet", "Utf8View, not Int64"] {
            assert!(error.message().contains(part), "{error:?} has no {part}");
        }
        let shared = json!({"path": paths["path"], "columns": ["name"]});
        assert_eq!(read(&shared).unwrap().num_rows(), 3);
    }

    #[test]
    fn a_file_that_lacks_a_column_or_has_more_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let copy = |from: &str, to: &str| {
            fs::copy(fixture(from), folder.path().join(to)).unwrap();
        };
        copy("part_a.parquet", "a.parquet");
        copy("checksums.parquet", "b.parquet");
        let path = folder.path().to_str().unwrap();
        let error = read(&json!({"path": path})).unwrap_err();
        assert!(error.message().contains("`name` is missing in"), "{error:?}");
        let error = read(&json!({"path": path, "columns": ["nope"]})).unwrap_err();
        assert_eq!(error.remedy(), Some("there are: n, name"));
        let twice = read(&json!({"path": path, "columns": ["n", "n"]})).unwrap_err();
        assert!(twice.message().contains("`n` is there twice"), "{twice:?}");
        copy("part_b.parquet", "0.parquet");
        fs::remove_file(folder.path().join("a.parquet")).unwrap();
        let error = read(&json!({"path": path})).unwrap_err();
        assert!(error.message().contains("`name` is missing in"), "{error:?}");
    }

    #[test]
    fn a_file_that_changed_since_the_plan_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        fs::copy(fixture("part_a.parquet"), &path).unwrap();
        let mut source = source(&json!({"path": path.to_str().unwrap()}));
        let plan = source.plan(&request()).unwrap();
        fs::copy(fixture("part_b.parquet"), &path).unwrap();
        let error = source.read(&request(), &plan.partitions[0]).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Data);
        assert!(error.message().contains("changed"), "{error:?}");
    }

    #[test]
    fn a_file_written_to_while_it_is_read_does_not_end_as_if_it_were_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        fs::copy(fixture("part_a.parquet"), &path).unwrap();
        let mut source = source(&json!({"path": path.to_str().unwrap()}));
        let plan = source.plan(&request()).unwrap();
        let mut stream = source.read(&request(), &plan.partitions[0]).unwrap();
        assert_eq!(stream.next_batch().unwrap().unwrap().num_rows(), 2);
        fs::OpenOptions::new().append(true).open(&path).unwrap().set_len(2_000).unwrap();
        assert!(stream.next_batch().unwrap_err().message().contains("changed"));
    }

    #[test]
    fn a_damaged_file_is_an_error_wherever_it_is_cut_or_altered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("damaged.parquet");
        let options = json!({"path": path.to_str().unwrap()});
        let good = fs::read(fixture("checksums.parquet")).unwrap();
        for length in (0..good.len()).step_by(41) {
            fs::write(&path, &good[..length]).unwrap();
            let error = read(&options).unwrap_err();
            assert!(error.message().contains("damaged.parquet"), "{error:?}");
            assert!(error.remedy().is_some());
        }
        // A value in the page, which its checksum covers.
        let mut altered = good;
        altered[200] ^= 1;
        fs::write(&path, &altered).unwrap();
        let error = read(&options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Data);
        assert!(error.causes().iter().any(|cause| cause.contains("checksum")), "{error:?}");
    }

    /// Some of these bytes make the decoder panic, which must not reach the boundary.
    #[test]
    fn any_altered_byte_is_an_error_that_names_the_file_or_goes_unnoticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("damaged.parquet");
        let good = fs::read(fixture("groups.parquet")).unwrap();
        let mut errors = 0;
        for place in (0..good.len()).step_by(5) {
            let mut altered = good.clone();
            altered[place] = 0xff;
            fs::write(&path, &altered).unwrap();
            if let Err(error) = read(&json!({"path": path.to_str().unwrap()})) {
                errors += 1;
                assert_ne!(error.kind(), ErrorKind::Bug, "byte {place}: {error:?}");
                let facts = format!("{error:?} {:?}", error.context());
                assert!(facts.contains("damaged.parquet"), "byte {place}: {facts}");
            }
        }
        assert!(errors > 300, "{errors}");
    }

    #[test]
    fn columns_that_would_lose_something_are_refused_by_name_and_can_be_left_out() {
        for (file, column) in [("interval.parquet", "`pause`"), ("wide_decimal.parquet", "`wide`")]
        {
            let error = read(&json!({"path": fixture(file)})).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.message().contains(column), "{error:?}");
            let rest = read(&json!({"path": fixture(file), "columns": ["id"]})).unwrap();
            assert_eq!(rest.column(0).as_primitive::<Int64Type>().value(0), 7);
        }
    }

    #[test]
    fn a_read_bound_to_other_types_fails() {
        let mut source = source(&json!({"path": fixture("part_a.parquet")}));
        let plan = source.plan(&request()).unwrap();
        let bound = Schema::new(vec![
            Field::new("n", arrow::datatypes::DataType::Int32, true),
            Field::new("name", arrow::datatypes::DataType::Utf8View, true),
        ]);
        let request = ReadRequest { schema: Some(Arc::new(bound)), ..request() };
        let error = source.read(&request, &plan.partitions[0]).err().unwrap();
        assert!(error.message().contains("is Int64, not Int32"), "{error:?}");
    }

    #[test]
    fn a_cancelled_stream_stops_between_batches() {
        let mut source = source(&json!({"path": fixture("groups.parquet")}));
        let plan = source.plan(&request()).unwrap();
        let mut stream = source.read(&request(), &plan.partitions[0]).unwrap();
        assert!(stream.next_batch().unwrap().is_some());
        stream.cancel_token().cancel();
        assert_eq!(stream.next_batch().unwrap_err().kind(), ErrorKind::Cancelled);
    }

    #[test]
    fn a_check_names_each_file_and_what_is_wrong_with_it() {
        let paths = [fixture("part_a.parquet"), fixture("make.py"), fixture("none.parquet")];
        let report = source(&json!({"path": paths})).check().unwrap();
        let seen: Vec<(bool, &str)> =
            report.items.iter().map(|item| (item.ok, item.message.as_str())).collect();
        assert_eq!(seen[0], (true, "2 rows"));
        assert!(!seen[1].0 && seen[1].1.contains("is not a sound Parquet file"));
        assert!(!seen[2].0 && seen[2].1.contains("is not there"));
        let report = source(&json!({"path": fixture("none*")})).check().unwrap();
        assert!(!report.items[0].ok);
    }
}
