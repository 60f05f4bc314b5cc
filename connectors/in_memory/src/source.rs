use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::RecordBatch,
    datatypes::{Schema, SchemaRef},
};
use serde::Deserialize;
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, CheckReport, ConfigSpec, Error, ErrorKind, Host, OpenSource,
    Partition, ReadPlan, ReadRequest, Result, SourceConnector, StreamDescriptor, StreamName,
};

use crate::{
    client::{self, Table},
    error::{config, no_table},
    fault::{Call, Fault},
    inline, predicate,
    spec::{SourceConfig, source},
    stream::{MemoryStream, Slice},
};

/// The state of rows that stand in the config; those of the store count from 1.
const INLINE: u64 = 0;

/// Reads tables in memory.
#[derive(Debug)]
pub(crate) struct MemorySource {
    /// The one table that the config names.
    table: Option<String>,
    inline: Option<Arc<Table>>,
    declared: Option<SchemaRef>,
    /// What the latest plan of each table has seen, which its partitions read.
    planned: HashMap<String, Arc<Table>>,
    fault: Fault,
    cancel: CancelToken,
}

impl OpenSource for MemorySource {
    type Config = SourceConfig;

    fn spec() -> ConfigSpec {
        source()
    }

    fn open(given: SourceConfig, host: Host) -> Result<Self> {
        if given.table.is_none() && (given.rows.is_some() || !given.columns.is_empty()) {
            return Err(config("`rows` and `columns` are those of a table")
                .with_remedy("name it: give `table`"));
        }
        let rows =
            given.rows.as_ref().map(|rows| inline::batch(rows, &given.columns)).transpose()?;
        let declared = inline::declared(&given.columns)?;
        let opened = Self {
            table: given.table,
            inline: rows.map(table),
            declared: (!declared.is_empty()).then(|| Arc::new(Schema::new(declared))),
            planned: HashMap::new(),
            fault: given.fault.checked()?,
            cancel: host.cancel_token(),
        };
        opened.strike(Call::Open)?;
        Ok(opened)
    }
}

fn table(rows: RecordBatch) -> Arc<Table> {
    Arc::new(Table { rows, version: INLINE })
}

impl MemorySource {
    fn strike(&self, call: Call) -> Result<()> {
        self.fault.strike(call, 0, &[&self.cancel])
    }

    fn name<'a>(&'a self, stream: &'a StreamName) -> &'a str {
        self.table.as_deref().unwrap_or(&stream.0)
    }

    fn find(&self, stream: &StreamName) -> Result<Arc<Table>> {
        let name = self.name(stream);
        let found = self.inline.clone().or_else(|| client::table(name));
        found.ok_or_else(|| no_table(name))
    }

    fn tables(&self) -> Vec<(String, Arc<Table>)> {
        let Some(name) = &self.table else { return client::tables() };
        let found = self.find(&StreamName(name.clone()));
        found.into_iter().map(|table| (name.clone(), table)).collect()
    }
}

impl SourceConnector for MemorySource {
    fn check(&mut self) -> Result<CheckReport> {
        self.strike(Call::Check)?;
        let tables = self.tables().len();
        Ok(CheckReport::default().passed("read from memory", format!("{tables} tables")))
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        self.strike(Call::Discover)?;
        let stream = |(name, table): (String, Arc<Table>)| StreamDescriptor {
            schema: Some(self.declared_of(&table)),
            estimated_rows: Some(table.rows.num_rows() as u64),
            ..StreamDescriptor::named(name)
        };
        Ok(self.tables().into_iter().map(stream).collect())
    }

    fn schema(&mut self, stream: &StreamName) -> Result<SchemaRef> {
        self.strike(Call::Schema)?;
        match (self.find(stream), &self.declared) {
            (Ok(table), _) => Ok(self.declared_of(&table)),
            (Err(_), Some(declared)) => Ok(SchemaRef::clone(declared)),
            (Err(error), None) => Err(error),
        }
    }

    fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        self.strike(Call::Plan)?;
        let table = self.find(&request.stream)?;
        let name = self.name(&request.stream).to_owned();
        let schema = table.schema();
        let filters = request.filters.iter();
        let plan = ReadPlan {
            partitions: partitions(&table, request),
            filters: filters.map(|filter| predicate::support(filter, &schema)).collect(),
            estimated_rows: Some(table.rows.num_rows() as u64),
        };
        self.planned.insert(name, table);
        Ok(plan)
    }

    fn read(
        &mut self,
        request: &ReadRequest,
        partition: &Partition,
    ) -> Result<Box<dyn BatchStream>> {
        self.strike(Call::Read)?;
        let slice = Slice::deserialize(&partition.payload).map_err(|error| {
            Error::new(ErrorKind::Bug, "this is no partition of an in-memory source")
                .caused_by(&error)
        })?;
        let planned = self.planned.get(self.name(&request.stream));
        let planned = planned.filter(|table| table.version == slice.version);
        let table =
            planned.map_or_else(|| self.find(&request.stream), |table| Ok(Arc::clone(table)))?;
        let mut request = request.clone();
        request.schema = request.schema.or_else(|| Some(self.declared_of(&table)));
        let stream = MemoryStream::new(&table, &slice, partition, &request)?;
        Ok(Box::new(stream.with_fault(&self.fault, &self.cancel)))
    }
}

impl MemorySource {
    /// The columns that reading a table yields: inline rows have their declared types already.
    fn declared_of(&self, table: &Table) -> SchemaRef {
        match &self.declared {
            Some(declared) if table.version != INLINE => SchemaRef::clone(declared),
            _ => table.schema(),
        }
    }
}

/// Neighbouring rows, as many partitions as can be pulled at a time but none below one batch.
fn partitions(table: &Table, request: &ReadRequest) -> Vec<Partition> {
    let rows = table.rows.num_rows();
    let each = rows.div_ceil(request.parallelism.max(1)).max(request.batch_rows).max(1);
    let partition = |start: usize| {
        let end = (start + each).min(rows);
        let payload = serde_json::json!({"version": table.version, "start": start, "end": end});
        Partition { id: format!("{start}-{end}"), payload }
    };
    (0..rows).step_by(each).map(partition).collect()
}

#[cfg(test)]
mod tests;
