use std::{ptr, sync::Arc};

use arrow::{datatypes::SchemaRef, ffi::FFI_ArrowSchema};
use serde_json::Value;
use sqlflow_plugin_abi::DestinationApi;
use sqlflow_plugin_sdk::{
    CheckReport, CommitStatus, CommitToken, DestinationConnector, Error, ErrorKind, Place, Result,
    SchemaChange, WriteRequest, Writer,
};

use super::{
    arrow_values,
    call::{broken, lend, message},
    connector::Connector,
    object::Object,
    writer::LoadedWriter,
};
use crate::Call;

// SAFETY of the calls below: as in `source.rs`.
impl DestinationConnector for Connector<DestinationApi> {
    fn check(&mut self) -> Result<CheckReport> {
        self.reach()
    }

    fn describe(&mut self, place: &Place) -> Result<Option<SchemaRef>> {
        let describe = self.session.entry(self.api.describe, "describing what is at a place")?;
        let place = message(place)?;
        let mut out = FFI_ArrowSchema::empty();
        self.session.status(Call::Describe, |session, err| {
            let schema = (&raw mut out).cast();
            // SAFETY: see above; both types are the `ArrowSchema` of the C data interface.
            unsafe { describe(session, lend(&place), schema, err) }
        })?;
        arrow_values::schema(&out).map_err(|error| self.session.named(error))
    }

    fn apply(&mut self, place: &Place, changes: &[SchemaChange]) -> Result<()> {
        let apply = self.session.entry(self.api.apply, "changing the schema of a place")?;
        let (place, changes) = (message(place)?, message(&changes)?);
        // SAFETY: see above.
        self.session.status(Call::Apply, |session, err| unsafe {
            apply(session, lend(&place), lend(&changes), err)
        })
    }

    fn begin(&mut self, request: &WriteRequest) -> Result<Box<dyn Writer>> {
        let begin = self.session.entry(self.api.begin, "writing")?;
        let json = message(request)?;
        let mut schema = FFI_ArrowSchema::try_from(request.schema.as_ref()).map_err(|error| {
            Error::new(ErrorKind::Schema, "the schema cannot cross the plugin boundary")
                .caused_by(&error)
        })?;
        let mut writer = ptr::null_mut();
        self.session.status(Call::Begin, |session, err| {
            let (schema, writer) = ((&raw mut schema).cast(), &raw mut writer);
            // SAFETY: see above; the plugin takes the schema over and leaves it released.
            unsafe { begin(session, lend(&json), schema, writer, err) }
        })?;
        if writer.is_null() {
            return Err(self.session.named(broken("it began a write and gave no writer")));
        }
        let acts = (self.api.writer_close, self.api.writer_cancel);
        let session = Some(Arc::clone(&self.session));
        let writer = Object::new(writer, acts, self.session.seat().beside(), session);
        Ok(Box::new(LoadedWriter::new(writer, self.api, Arc::clone(&request.schema))))
    }

    fn committed(&mut self, token: &CommitToken) -> Result<CommitStatus> {
        let committed = self.session.entry(self.api.committed, "asking for a commit")?;
        let token = message(token)?;
        // SAFETY: see above.
        self.session.json(Call::Committed, |session, out, err| unsafe {
            committed(session, lend(&token), out, err)
        })
    }

    fn recover(&mut self, place: &Place, live: &[CommitToken]) -> Result<()> {
        let Some(recover) = self.api.recover else { return Ok(()) };
        let (place, live) = (message(place)?, message(&live)?);
        // SAFETY: see above.
        let _report: Value = self.session.json(Call::Recover, |session, out, err| unsafe {
            recover(session, lend(&place), lend(&live), out, err)
        })?;
        Ok(())
    }
}
