use std::{ptr, sync::Arc};

use arrow::{datatypes::SchemaRef, ffi::FFI_ArrowSchema};
use sqlflow_plugin_abi::{ArrowArrayStream, SourceApi};
use sqlflow_plugin_sdk::{
    BatchStream, CheckReport, Partition, ReadPlan, ReadRequest, Result, SourceConnector,
    StreamDescriptor, StreamName,
};

use super::{
    arrow_values,
    call::{broken, lend, message},
    connector::Connector,
    object::Object,
    stream::LoadedStream,
};
use crate::Call;

// SAFETY of the calls below: the session is open as long as `self` is, `&mut self` makes them one
// at a time, and every slice and place outlives its call.
impl SourceConnector for Connector<SourceApi> {
    fn check(&mut self) -> Result<CheckReport> {
        self.reach()
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        let discover = self.session.entry(self.api.discover, "discovery")?;
        // SAFETY: see above.
        self.session.json(Call::Discover, |session, out, err| unsafe {
            discover(session, lend(b"{}"), out, err)
        })
    }

    fn schema(&mut self, stream: &StreamName) -> Result<SchemaRef> {
        let schema = self.session.entry(self.api.schema, "telling a schema")?;
        let request = message(stream)?;
        let mut out = FFI_ArrowSchema::empty();
        self.session.status(Call::Schema, |session, err| {
            let place = (&raw mut out).cast();
            // SAFETY: see above; both types are the `ArrowSchema` of the C data interface.
            unsafe { schema(session, lend(&request), place, err) }
        })?;
        arrow_values::schema(&out)
            .and_then(|schema| schema.ok_or_else(|| broken("it gave no schema")))
            .map_err(|error| self.session.named(error))
    }

    fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        let Some(plan) = self.api.plan else { return Ok(ReadPlan::whole(request)) };
        let message = message(request)?;
        // SAFETY: see above.
        self.session.json(Call::Plan, |session, out, err| unsafe {
            plan(session, lend(&message), out, err)
        })
    }

    fn read(
        &mut self,
        request: &ReadRequest,
        partition: &Partition,
    ) -> Result<Box<dyn BatchStream>> {
        let read = self.session.entry(self.api.read, "reading")?;
        let (request, partition) = (message(request)?, message(partition)?);
        let mut rows = ArrowArrayStream::EMPTY;
        let mut reader = ptr::null_mut();
        self.session.status(Call::Read, |session, err| {
            let (rows, reader) = (&raw mut rows, &raw mut reader);
            // SAFETY: see above.
            unsafe { read(session, lend(&request), lend(&partition), rows, reader, err) }
        })?;
        let acts = (self.api.reader_close, self.api.reader_cancel);
        let session = Some(Arc::clone(&self.session));
        let reader = Object::new(reader, acts, self.session.seat().beside(), session);
        Ok(Box::new(LoadedStream::open(rows, reader, self.api.reader_checkpoint, self.validate)?))
    }
}
