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
    call::{self, entry, lend, message},
    session::OpenSession,
};

/// One running write of a loaded destination, closed when it is dropped.
pub(super) struct LoadedWriter {
    connector: String,
    writer: Arc<OpenWriter>,
    schema: SchemaRef,
    cancel: CancelToken,
}

/// A writer of a plugin, closed when the last user is gone.
pub(super) struct OpenWriter {
    writer: *mut AbiWriter,
    api: DestinationApi,
    /// A writer may not outlive its session.
    _session: Arc<OpenSession>,
}

// SAFETY: a writer may move between threads; of its calls only `cancel` is made while another
// runs, which the contract allows at any time.
unsafe impl Send for OpenWriter {}
// SAFETY: as above.
unsafe impl Sync for OpenWriter {}

impl LoadedWriter {
    /// Writes batches of this schema.
    pub(super) fn new(connector: &str, writer: OpenWriter, schema: SchemaRef) -> Self {
        let writer = Arc::new(writer);
        let cancel = CancelToken::new();
        let weak = Arc::downgrade(&writer);
        cancel.on_cancel(move || {
            if let Some(writer) = weak.upgrade() {
                writer.cancel();
            }
        });
        Self { connector: connector.to_owned(), writer, schema, cancel }
    }
}

// SAFETY of the calls below: the writer is open as long as `self` is, its owner makes them one at
// a time, and every slice outlives its call.
impl Writer for LoadedWriter {
    fn write(&mut self, batch: RecordBatch) -> Result<()> {
        let write = entry(self.writer.api.write, "writing")?;
        check_types(&batch, &self.schema)?;
        let mut array = FFI_ArrowArray::new(&StructArray::from(batch).to_data());
        call::status(&self.connector, |err| {
            // SAFETY: see above; the plugin takes the array over and leaves it released.
            unsafe { write(self.writer.writer, (&raw mut array).cast(), err) }
        })
    }

    fn commit(self: Box<Self>, record: &CommitRecord) -> Result<WriteReport> {
        let commit = entry(self.writer.api.commit, "committing")?;
        let record = message(record)?;
        // SAFETY: see above.
        call::json(&self.connector, |out, err| unsafe {
            commit(self.writer.writer, lend(&record), out, err)
        })
    }

    fn abort(self: Box<Self>) -> Result<()> {
        let abort = entry(self.writer.api.abort, "aborting")?;
        // SAFETY: see above.
        call::status(&self.connector, |err| unsafe { abort(self.writer.writer, err) })
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

impl OpenWriter {
    /// Takes over a writer that `begin` gave.
    pub(super) fn new(
        writer: *mut AbiWriter,
        api: DestinationApi,
        session: Arc<OpenSession>,
    ) -> Self {
        Self { writer, api, _session: session }
    }

    fn cancel(&self) {
        if let Some(cancel) = self.api.writer_cancel {
            // SAFETY: the writer is open as long as `self` is.
            unsafe { cancel(self.writer) };
        }
    }
}

impl Drop for OpenWriter {
    fn drop(&mut self) {
        if let Some(close) = self.api.writer_close {
            // SAFETY: `begin` gave this writer, nobody else holds it, and it is closed once.
            unsafe { close(self.writer) };
        }
    }
}
