use std::{ops::Range, path::PathBuf};

use arrow::datatypes::SchemaRef;
use serde::{Deserialize, Serialize};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, CheckReport, ConfigSpec, Error, ErrorKind, Host, OpenSource,
    Partition, ReadPlan, ReadRequest, Result, SourceConnector, StreamDescriptor, StreamName,
};

use crate::{
    client::Stamp,
    ranges,
    records::changed,
    spec::{SourceConfig, source},
    stream::{CsvStream, Limits},
    table::{Part, Table},
};

/// Reads CSV files.
#[derive(Debug)]
pub(crate) struct CsvSource {
    table: Table,
    cancel: CancelToken,
}

/// What a partition's payload holds: all that reading it takes.
#[derive(Debug, Serialize, Deserialize)]
struct Slice {
    file: PathBuf,
    #[serde(flatten)]
    range: Range<u64>,
    #[serde(flatten)]
    stamp: Stamp,
}

impl OpenSource for CsvSource {
    type Config = SourceConfig;

    fn spec() -> ConfigSpec {
        source()
    }

    fn open(config: SourceConfig, host: Host) -> Result<Self> {
        Ok(Self { table: Table::new(config)?, cancel: host.cancel_token() })
    }
}

impl SourceConnector for CsvSource {
    fn check(&mut self) -> Result<CheckReport> {
        let mut report = CheckReport::default();
        for part in self.table.parts()? {
            report = match part {
                Ok(part) => {
                    let seen = format!(
                        "{} columns, {} bytes",
                        part.header.names.len(),
                        part.file.stamp.size
                    );
                    report.passed(format!("read {}", part.file.path.display()), seen)
                }
                Err(error) => report.failed("read the files", error.message()),
            };
        }
        Ok(report)
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        let mut bytes = 0;
        for part in self.table.parts()? {
            bytes += part?.file.stamp.size;
        }
        let mut stream = StreamDescriptor::named(self.table.name());
        stream.schema = Some(self.table.schema(&self.cancel)?);
        stream.estimated_bytes = Some(bytes);
        Ok(vec![stream])
    }

    /// There is one stream, whatever name it is given.
    fn schema(&mut self, _stream: &StreamName) -> Result<SchemaRef> {
        self.table.schema(&self.cancel)
    }

    fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        // Where few rows are wanted, finding the ranges of the whole file would cost more.
        let size = if request.limit.is_some() { u64::MAX } else { ranges::RANGE };
        let mut plan = ReadPlan::whole(request);
        plan.partitions.clear();
        for part in self.table.parts()? {
            plan.partitions.extend(self.partitions(&part?, size)?);
        }
        Ok(plan)
    }

    fn read(
        &mut self,
        request: &ReadRequest,
        partition: &Partition,
    ) -> Result<Box<dyn BatchStream>> {
        let slice = Slice::deserialize(&partition.payload).map_err(|error| {
            Error::new(ErrorKind::Bug, "this is no partition of a CSV source").caused_by(&error)
        })?;
        let part = self.table.open(&slice.file)?;
        if part.file.stamp != slice.stamp {
            return Err(changed(&part.file));
        }
        let schema = match &request.schema {
            Some(schema) => SchemaRef::clone(schema),
            None => self.table.schema(&self.cancel)?,
        };
        let layout = self.table.layout(&part, &schema, request.columns.as_deref())?;
        let records = self.table.records(&part, slice.range);
        Ok(Box::new(CsvStream::new(records, layout, self.limits(request))))
    }
}

impl CsvSource {
    fn partitions(&self, part: &Part, size: u64) -> Result<Vec<Partition>> {
        let Part { file, header } = part;
        let found = ranges::find(file, self.table.dialect, &header.records, size, &self.cancel)?;
        let partition = |range: Range<u64>| {
            let id = format!("{}@{}", file.path.display(), range.start);
            let slice = Slice { file: file.path.clone(), range, stamp: file.stamp };
            let payload = serde_json::to_value(slice).map_err(|error| {
                Error::new(ErrorKind::Config, format!("`{}` is not UTF-8", file.path.display()))
                    .caused_by(&error)
            })?;
            Ok(Partition { id, payload })
        };
        found.into_iter().map(partition).collect()
    }

    fn limits(&self, request: &ReadRequest) -> Limits {
        Limits {
            batch_rows: self.table.batch_rows().unwrap_or(request.batch_rows).max(1),
            batch_bytes: request.batch_bytes as u64,
            rows: request.limit.unwrap_or(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests;
