use std::sync::Arc;

use arrow::{
    array::{Array, RecordBatch, StructArray},
    datatypes::{Field, SchemaRef},
    ffi::FFI_ArrowArray,
};
use sqlflow_plugin_abi::{DestinationApi, Writer as AbiWriter};
use sqlflow_plugin_sdk::{
    CancelToken, CommitRecord, Error, ErrorKind, Result, WriteReport, Writer,
};

use super::{
    call::{lend, message},
    object::Object,
};
use crate::Call;

/// One running write of a loaded destination, closed when it is dropped.
pub(super) struct LoadedWriter {
    writer: Arc<Object<AbiWriter>>,
    api: DestinationApi,
    schema: SchemaRef,
    cancel: CancelToken,
}

impl LoadedWriter {
    /// Writes batches of this schema with a writer that `begin` gave.
    pub(super) fn new(
        writer: Arc<Object<AbiWriter>>,
        api: DestinationApi,
        schema: SchemaRef,
    ) -> Self {
        let cancel = CancelToken::new();
        writer.cancelled_by(&cancel);
        Self { writer, api, schema, cancel }
    }
}

// SAFETY of the calls below: the writer is open as long as `self` is, its owner makes them one at
// a time, and every slice outlives its call.
impl Writer for LoadedWriter {
    fn write(&mut self, batch: RecordBatch) -> Result<()> {
        let write = self.writer.entry(self.api.write, "writing")?;
        check_types(&batch, &self.schema)?;
        let mut array = FFI_ArrowArray::new(&StructArray::from(batch).to_data());
        self.writer.status(Call::Write, |writer, err| {
            // SAFETY: see above; the plugin takes the array over and leaves it released.
            unsafe { write(writer, (&raw mut array).cast(), err) }
        })
    }

    fn commit(self: Box<Self>, record: &CommitRecord) -> Result<WriteReport> {
        let commit = self.writer.entry(self.api.commit, "committing")?;
        let record = message(record)?;
        // SAFETY: see above.
        self.writer.json(Call::Commit, |writer, out, err| unsafe {
            commit(writer, lend(&record), out, err)
        })
    }

    fn abort(self: Box<Self>) -> Result<()> {
        let abort = self.writer.entry(self.api.abort, "aborting")?;
        // SAFETY: see above.
        self.writer.status(Call::Abort, |writer, err| unsafe { abort(writer, err) })
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

/// The plugin reads the buffers of a batch as the types it was told at the beginning: others would
/// be read beyond their end.
fn check_types(batch: &RecordBatch, schema: &SchemaRef) -> Result<()> {
    let same = |(ours, theirs): (&Arc<Field>, &Arc<Field>)| {
        ours.data_type().equals_datatype(theirs.data_type())
    };
    let (given, agreed) = (batch.schema_ref().fields(), schema.fields());
    if given.len() == agreed.len() && given.iter().zip(agreed).all(same) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Schema, "a batch is not of the schema the write was begun with")
        .with_context("batch", batch.schema_ref())
        .with_context("agreed", schema))
}
