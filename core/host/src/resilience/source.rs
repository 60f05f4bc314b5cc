use arrow::datatypes::SchemaRef;
use sqlflow_plugin_sdk::{
    BatchStream, CheckReport, Partition, ReadPlan, ReadRequest, Result, SourceConnector,
    StreamDescriptor, StreamName,
};

use super::{session::Session, stream::ResilientStream};

/// A source whose calls are guarded.
pub(super) struct ResilientSource {
    pub(super) session: Session<dyn SourceConnector>,
    /// Whether its streams tell where to resume.
    pub(super) checkpoints: bool,
}

impl SourceConnector for ResilientSource {
    fn check(&mut self) -> Result<CheckReport> {
        self.session.call("check", |source| source.check())
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        self.session.call("discover", |source| source.discover())
    }

    fn schema(&mut self, stream: &StreamName) -> Result<SchemaRef> {
        self.session.call("schema", |source| source.schema(stream))
    }

    fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        self.session.call("plan", |source| source.plan(request))
    }

    fn read(
        &mut self,
        request: &ReadRequest,
        partition: &Partition,
    ) -> Result<Box<dyn BatchStream>> {
        let stream = self.session.call("read", |source| source.read(request, partition))?;
        let (guard, open) = (&self.session.guard, &self.session.open);
        let read = (request.clone(), partition.clone());
        Ok(Box::new(ResilientStream::new((guard, open), read, stream, self.checkpoints)))
    }
}
