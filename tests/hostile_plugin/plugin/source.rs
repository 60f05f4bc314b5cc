use std::sync::Arc;

use arrow::{
    array::{Int64Array, RecordBatch},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use serde_json::{Value, json};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, CheckReport, ConfigSpec, Error, ErrorKind, Host, OpenSource,
    Partition, ReadPlan, ReadRequest, Result, SourceConnector, StreamDescriptor, StreamName,
};

use crate::script::{self, Script};

/// Yields two batches of one number, unless its script says otherwise.
pub(crate) struct HostileSource(Script);

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]))
}

impl OpenSource for HostileSource {
    type Config = Script;

    fn spec() -> ConfigSpec {
        script::spec()
    }

    fn open(script: Script, host: Host) -> Result<Self> {
        script.reach("source.open")?;
        let hook = script.clone();
        host.cancel_token().on_cancel(move || hook.strike("source.cancel"));
        Ok(Self(script))
    }
}

impl SourceConnector for HostileSource {
    fn check(&mut self) -> Result<CheckReport> {
        self.0.reach("source.check")?;
        Ok(CheckReport::default())
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        self.0.reach("source.discover")?;
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

    fn read(&mut self, _: &ReadRequest, _: &Partition) -> Result<Box<dyn BatchStream>> {
        self.0.reach("source.read")?;
        let cancel = CancelToken::new();
        let hook = self.0.clone();
        cancel.on_cancel(move || hook.strike("stream.cancel"));
        Ok(Box::new(Numbers { script: self.0.clone(), next: 1, cancel }))
    }
}

impl Drop for HostileSource {
    fn drop(&mut self) {
        self.0.strike("source.drop");
    }
}

struct Numbers {
    script: Script,
    next: i64,
    cancel: CancelToken,
}

impl BatchStream for Numbers {
    fn schema(&self) -> SchemaRef {
        self.script.strike("stream.schema");
        schema()
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        self.script.reach("stream.next_batch")?;
        if self.next > 2 {
            return Ok(None);
        }
        let numbers = Arc::new(Int64Array::from(vec![self.next]));
        self.next += 1;
        let batch = RecordBatch::try_new(schema(), vec![numbers]);
        batch.map(Some).map_err(|error| Error::new(ErrorKind::Bug, "no batch").caused_by(&error))
    }

    fn checkpoint(&self) -> Result<Option<Value>> {
        self.script.reach("stream.checkpoint")?;
        Ok(Some(json!(self.next)))
    }

    fn cancel_token(&self) -> CancelToken {
        self.script.strike("stream.cancel_token");
        self.cancel.clone()
    }
}

impl Drop for Numbers {
    fn drop(&mut self) {
        self.script.strike("stream.drop");
    }
}
