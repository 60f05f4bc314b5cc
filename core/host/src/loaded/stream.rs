use std::{ffi::CStr, sync::Arc};

use arrow::{
    array::RecordBatch,
    datatypes::{Schema, SchemaRef},
    ffi::{FFI_ArrowArray, FFI_ArrowSchema},
};
use serde_json::Value;
use sqlflow_plugin_abi::{ArrowArrayStream, Buf, Reader, Status};
use sqlflow_plugin_sdk::{BatchStream, CancelToken, Error, ErrorKind, Result};

use super::{arrow_values, call::broken, object::Object};
use crate::Call;

type Checkpoint = unsafe extern "C" fn(*mut Reader, *mut Buf, *mut Buf) -> Status;

/// The rows of one partition of a loaded source.
pub(super) struct LoadedStream {
    rows: ArrowArrayStream,
    /// The control half, closed when the stream is gone.
    reader: Arc<Object<Reader>>,
    checkpoint: Option<Checkpoint>,
    validate: bool,
    schema: SchemaRef,
    cancel: CancelToken,
    finished: bool,
    /// A failed stream never looks like one that has ended.
    failure: Option<Error>,
}

// SAFETY: a stream is used by one thread at a time and may move.
unsafe impl Send for LoadedStream {}

impl LoadedStream {
    /// Takes over a stream that `read` gave.
    pub(super) fn open(
        rows: ArrowArrayStream,
        reader: Arc<Object<Reader>>,
        checkpoint: Option<Checkpoint>,
        validate: bool,
    ) -> Result<Self> {
        let cancel = CancelToken::new();
        reader.cancelled_by(&cancel);
        let mut stream = Self {
            rows,
            reader,
            checkpoint,
            validate,
            schema: Arc::new(Schema::empty()),
            cancel,
            finished: false,
            failure: None,
        };
        let reader = Arc::clone(&stream.reader);
        stream.schema = reader
            .seat()
            .call(Call::Read, || stream.read_schema())
            .map_err(|error| reader.named(error))?;
        Ok(stream)
    }

    fn read_schema(&mut self) -> Result<SchemaRef> {
        if self.rows.release.is_none() {
            return Err(broken("it opened a read and gave no stream"));
        }
        let get_schema = self.rows.get_schema.ok_or_else(|| broken("a stream has no schema"))?;
        let mut schema = FFI_ArrowSchema::empty();
        // SAFETY: the stream is not released; both types are the interface's `ArrowSchema`.
        let errno = unsafe { get_schema(&raw mut self.rows, (&raw mut schema).cast()) };
        if errno != 0 {
            return Err(self.last_error());
        }
        arrow_values::schema(&schema)?.ok_or_else(|| broken("a stream has no schema"))
    }

    fn last_error(&mut self) -> Error {
        // SAFETY: the text is valid until the next call of the stream.
        let text = self.rows.get_last_error.and_then(|get| unsafe {
            let text = get(&raw mut self.rows);
            (!text.is_null()).then(|| CStr::from_ptr(text).to_bytes().to_vec())
        });
        text.map_or_else(|| broken("a stream failed without an error"), |t| Error::from_json(&t))
    }

    fn pull(&mut self) -> Result<Option<RecordBatch>> {
        self.cancel.check()?;
        let get_next = self.rows.get_next.ok_or_else(|| broken("a stream has no rows"))?;
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: the stream is not released; both types are the interface's `ArrowArray`.
        let errno = unsafe { get_next(&raw mut self.rows, (&raw mut array).cast()) };
        if errno != 0 {
            return Err(self.last_error());
        }
        if array.is_released() {
            return Ok(None);
        }
        arrow_values::batch(array, &self.schema, self.validate).map(Some)
    }
}

impl BatchStream for LoadedStream {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        if let Some(error) = &self.failure {
            return Err(error.clone());
        }
        if self.finished {
            return Ok(None);
        }
        let reader = Arc::clone(&self.reader);
        let pulled = reader.seat().call(Call::NextBatch, || self.pull());
        let pulled = pulled.map_err(|error| reader.named(error));
        self.finished = matches!(pulled, Ok(None));
        self.failure = pulled.as_ref().err().cloned();
        pulled
    }

    fn checkpoint(&self) -> Result<Option<Value>> {
        // What a mistake in the plugin left half done is not asked for its state.
        if let Some(error) = self.failure.as_ref().filter(|error| error.kind() == ErrorKind::Bug) {
            return Err(error.clone());
        }
        let checkpoint = self.checkpoint.filter(|_| !self.reader.is_absent());
        let checkpoint = self.reader.entry(checkpoint, "checkpoints")?;
        // SAFETY: the reader is open; `&self` on the thread that holds the stream.
        self.reader
            .json(Call::Checkpoint, |reader, out, err| unsafe { checkpoint(reader, out, err) })
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

impl Drop for LoadedStream {
    fn drop(&mut self) {
        if let Some(release) = self.rows.release {
            let reader = Arc::clone(&self.reader);
            reader.seat().watched(Call::Close, || {
                // SAFETY: the stream is released once, before its reader is closed.
                unsafe { release(&raw mut self.rows) };
            });
        }
    }
}
