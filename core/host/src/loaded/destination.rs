use std::{ptr, sync::Arc};

use arrow::{datatypes::SchemaRef, ffi::FFI_ArrowSchema};
use serde_json::{Map, Value};
use sqlflow_plugin_abi::DestinationApi;
use sqlflow_plugin_sdk::{
    CancelToken, CheckReport, CommitStatus, CommitToken, DestinationConnector, Error, ErrorKind,
    Place, Result, SchemaChange, WriteRequest, Writer,
};

use super::{
    arrow_values,
    call::{self, broken, entry, lend, message},
    session::OpenSession,
    writer::{LoadedWriter, OpenWriter},
};
use crate::library::Plugin;

/// A destination of a loaded plugin.
pub(crate) struct LoadedDestination {
    session: Arc<OpenSession>,
    api: DestinationApi,
    plugin: Arc<Plugin>,
}

impl LoadedDestination {
    /// Opens the plugin's destination with a resolved config.
    pub(crate) fn open(
        plugin: &Arc<Plugin>,
        api: DestinationApi,
        config: &Map<String, Value>,
        cancel: &CancelToken,
    ) -> Result<Self> {
        let open = entry(api.open, "opening a destination")?;
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

// SAFETY of the calls below: as in `source.rs`.
impl DestinationConnector for LoadedDestination {
    fn check(&mut self) -> Result<CheckReport> {
        let check = entry(self.api.check, "checking")?;
        // SAFETY: see above.
        call::json(self.name(), |out, err| unsafe { check(self.session.pointer(), out, err) })
    }

    fn describe(&mut self, place: &Place) -> Result<Option<SchemaRef>> {
        let describe = entry(self.api.describe, "describing what is at a place")?;
        let place = message(place)?;
        let mut out = FFI_ArrowSchema::empty();
        call::status(self.name(), |err| {
            let schema = (&raw mut out).cast();
            // SAFETY: see above; both types are the `ArrowSchema` of the C data interface.
            unsafe { describe(self.session.pointer(), lend(&place), schema, err) }
        })?;
        arrow_values::schema(&out).map_err(|error| error.with_context("connector", self.name()))
    }

    fn apply(&mut self, place: &Place, changes: &[SchemaChange]) -> Result<()> {
        let apply = entry(self.api.apply, "changing the schema of a place")?;
        let (place, changes) = (message(place)?, message(&changes)?);
        // SAFETY: see above.
        call::status(self.name(), |err| unsafe {
            apply(self.session.pointer(), lend(&place), lend(&changes), err)
        })
    }

    fn begin(&mut self, request: &WriteRequest) -> Result<Box<dyn Writer>> {
        let begin = entry(self.api.begin, "writing")?;
        let json = message(request)?;
        let mut schema = FFI_ArrowSchema::try_from(request.schema.as_ref()).map_err(|error| {
            Error::new(ErrorKind::Schema, "the schema cannot cross the plugin boundary")
                .caused_by(&error)
        })?;
        let mut writer = ptr::null_mut();
        call::status(self.name(), |err| {
            let (schema, writer) = ((&raw mut schema).cast(), &raw mut writer);
            // SAFETY: see above; the plugin takes the schema over and leaves it released.
            unsafe { begin(self.session.pointer(), lend(&json), schema, writer, err) }
        })?;
        if writer.is_null() {
            return Err(broken("it began a write and gave no writer"));
        }
        let writer = OpenWriter::new(writer, self.api, Arc::clone(&self.session));
        Ok(Box::new(LoadedWriter::new(self.name(), writer, Arc::clone(&request.schema))))
    }

    fn committed(&mut self, token: &CommitToken) -> Result<CommitStatus> {
        let committed = entry(self.api.committed, "asking for a commit")?;
        let token = message(token)?;
        // SAFETY: see above.
        call::json(self.name(), |out, err| unsafe {
            committed(self.session.pointer(), lend(&token), out, err)
        })
    }

    fn recover(&mut self, place: &Place, live: &[CommitToken]) -> Result<()> {
        let Some(recover) = self.api.recover else { return Ok(()) };
        let (place, live) = (message(place)?, message(&live)?);
        // SAFETY: see above.
        let _report: Value = call::json(self.name(), |out, err| unsafe {
            recover(self.session.pointer(), lend(&place), lend(&live), out, err)
        })?;
        Ok(())
    }
}
