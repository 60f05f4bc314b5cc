use std::sync::Arc;

use arrow::{
    array::{Int64Array, RecordBatch},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use serde_json::{Value, json};
use sqlflow_plugin_sdk::{
    BatchStream, CheckReport, ConfigSpec, Error, ErrorKind, Host, OpenSource, Partition, ReadPlan,
    ReadRequest, Result, SourceConnector, StreamDescriptor, StreamName,
};

use crate::script::{self, Script, down};

/// Yields numbers from 0, each a batch.
pub(crate) struct FaultySource(Script);

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]))
}

impl OpenSource for FaultySource {
    type Config = Script;

    fn spec() -> ConfigSpec {
        script::spec()
    }

    fn open(script: Script, _: Host) -> Result<Self> {
        script.reach("source.open")?;
        Ok(Self(script))
    }
}

impl SourceConnector for FaultySource {
    fn check(&mut self) -> Result<CheckReport> {
        self.0.reach("source.check")?;
        Ok(CheckReport::default().passed("reach it", "it is up"))
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        Ok(vec![StreamDescriptor::named("numbers")])
    }

    fn schema(&mut self, _: &StreamName) -> Result<SchemaRef> {
        self.0.reach("source.schema")?;
        Ok(schema())
    }

    fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        self.0.reach("source.plan")?;
        Ok(ReadPlan::whole(request))
    }

    fn read(&mut self, request: &ReadRequest, _: &Partition) -> Result<Box<dyn BatchStream>> {
        self.0.reach("source.read")?;
        let next = request.state.as_ref().and_then(Value::as_i64).unwrap_or(0);
        Ok(Box::new(Numbers { script: self.0.clone(), began: next, next }))
    }
}

struct Numbers {
    script: Script,
    began: i64,
    next: i64,
}

impl BatchStream for Numbers {
    fn schema(&self) -> SchemaRef {
        schema()
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let dies_after = self.script.dies_after;
        if dies_after > 0 && self.next - self.began == dies_after {
            return Err(down("stream.next_batch"));
        }
        if self.next == self.script.batches {
            return Ok(None);
        }
        let numbers = Arc::new(Int64Array::from(vec![self.next]));
        self.next += 1;
        let batch = RecordBatch::try_new(schema(), vec![numbers]);
        batch.map(Some).map_err(|error| Error::new(ErrorKind::Bug, "no batch").caused_by(&error))
    }

    fn checkpoint(&self) -> Result<Option<Value>> {
        Ok(Some(json!(self.next)))
    }
}
