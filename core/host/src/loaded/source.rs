use std::{ptr, sync::Arc};

use arrow::{datatypes::SchemaRef, ffi::FFI_ArrowSchema};
use serde_json::{Map, Value};
use sqlflow_plugin_abi::{ArrowArrayStream, SourceApi};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, CheckReport, Error, Partition, ReadPlan, ReadRequest, Result,
    SourceConnector, StreamDescriptor, StreamName,
};

use super::{
    arrow_values,
    call::{self, broken, entry, lend, message},
    session::OpenSession,
    stream::{LoadedStream, OpenReader},
};
use crate::library::Plugin;

/// A source of a loaded plugin.
pub(crate) struct LoadedSource {
    session: Arc<OpenSession>,
    api: SourceApi,
    plugin: Arc<Plugin>,
}

impl LoadedSource {
    /// Opens the plugin's source with a resolved config.
    pub(crate) fn open(
        plugin: &Arc<Plugin>,
        api: SourceApi,
        config: &Map<String, Value>,
        cancel: &CancelToken,
    ) -> Result<Self> {
        let open = entry(api.open, "opening a source")?;
        let config = message(config)?;
        let mut session = ptr::null_mut();
        call::status(&plugin.descriptor.manifest.name, |err| {
            // SAFETY: the host's services live as long as the process; the rest outlives the call.
            unsafe { open(plugin.host, lend(&config), &raw mut session, err) }
        })?;
        let session = OpenSession::new(session, api.close, api.session_cancel, cancel);
        Ok(Self { session, api, plugin: Arc::clone(plugin) })
    }

    fn name(&self) -> &str {
        &self.plugin.descriptor.manifest.name
    }
}

// SAFETY of the calls below: the session is open as long as `self` is, `&mut self` makes them one
// at a time, and every slice and place outlives its call.
impl SourceConnector for LoadedSource {
    fn check(&mut self) -> Result<CheckReport> {
        let check = entry(self.api.check, "checking")?;
        // SAFETY: see above.
        call::json(self.name(), |out, err| unsafe { check(self.session.pointer(), out, err) })
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        let discover = entry(self.api.discover, "discovery")?;
        // SAFETY: see above.
        call::json(self.name(), |out, err| unsafe {
            discover(self.session.pointer(), lend(b"{}"), out, err)
        })
    }

    fn schema(&mut self, stream: &StreamName) -> Result<SchemaRef> {
        let schema = entry(self.api.schema, "telling a schema")?;
        let request = message(stream)?;
        let mut out = FFI_ArrowSchema::empty();
        call::status(self.name(), |err| {
            let place = (&raw mut out).cast();
            // SAFETY: see above; both types are the `ArrowSchema` of the C data interface.
            unsafe { schema(self.session.pointer(), lend(&request), place, err) }
        })?;
        let named = |error: Error| error.with_context("connector", self.name());
        arrow_values::schema(&out)
            .and_then(|schema| schema.ok_or_else(|| broken("it gave no schema")))
            .map_err(named)
    }

    fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        let Some(plan) = self.api.plan else { return Ok(ReadPlan::whole(request)) };
        let message = message(request)?;
        // SAFETY: see above.
        call::json(self.name(), |out, err| unsafe {
            plan(self.session.pointer(), lend(&message), out, err)
        })
    }

    fn read(
        &mut self,
        request: &ReadRequest,
        partition: &Partition,
    ) -> Result<Box<dyn BatchStream>> {
        let read = entry(self.api.read, "reading")?;
        let (request, partition) = (message(request)?, message(partition)?);
        let mut rows = ArrowArrayStream::EMPTY;
        let mut reader = ptr::null_mut();
        call::status(self.name(), |err| {
            let (rows, reader) = (&raw mut rows, &raw mut reader);
            // SAFETY: see above.
            unsafe {
                read(self.session.pointer(), lend(&request), lend(&partition), rows, reader, err)
            }
        })?;
        let reader = OpenReader::new(reader, self.api, Arc::clone(&self.session));
        Ok(Box::new(LoadedStream::open(self.name(), rows, reader)?))
    }
}
