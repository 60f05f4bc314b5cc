use std::{ffi::CStr, sync::Arc};

use arrow::{
    array::RecordBatch,
    datatypes::{Schema, SchemaRef},
    ffi::{FFI_ArrowArray, FFI_ArrowSchema},
};
use serde_json::Value;
use sqlflow_plugin_abi::{ArrowArrayStream, Reader, SourceApi};
use sqlflow_plugin_sdk::{BatchStream, CancelToken, Error, Result};

use super::{
    arrow_values,
    call::{self, broken, entry},
    session::OpenSession,
};

/// The control half of a running read, closed when its stream is gone.
pub(super) struct OpenReader {
    reader: *mut Reader,
    api: SourceApi,
    /// A reader may not outlive its session.
    _session: Arc<OpenSession>,
}

// SAFETY: a reader may move between threads, and its `cancel` may be called at any time.
unsafe impl Send for OpenReader {}
// SAFETY: as above; `checkpoint` is called by the thread that holds the stream.
unsafe impl Sync for OpenReader {}

impl OpenReader {
    pub(super) fn new(reader: *mut Reader, api: SourceApi, session: Arc<OpenSession>) -> Arc<Self> {
        Arc::new(Self { reader, api, _session: session })
    }

    /// Whether the plugin gave no control half.
    fn is_absent(&self) -> bool {
        self.reader.is_null()
    }

    fn cancel(&self) {
        if let (Some(cancel), false) = (self.api.reader_cancel, self.is_absent()) {
            // SAFETY: the reader is open as long as `self` is.
            unsafe { cancel(self.reader) };
        }
    }
}

impl Drop for OpenReader {
    fn drop(&mut self) {
        if let (Some(close), false) = (self.api.reader_close, self.is_absent()) {
            // SAFETY: `read` gave this reader, nobody else holds it, and it is closed once.
            unsafe { close(self.reader) };
        }
    }
}

/// The rows of one partition of a loaded source.
pub(super) struct LoadedStream {
    connector: String,
    rows: ArrowArrayStream,
    reader: Arc<OpenReader>,
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
        connector: &str,
        rows: ArrowArrayStream,
        reader: Arc<OpenReader>,
    ) -> Result<Self> {
        let cancel = CancelToken::new();
        let weak = Arc::downgrade(&reader);
        cancel.on_cancel(move || {
            if let Some(reader) = weak.upgrade() {
                reader.cancel();
            }
        });
        let connector = connector.to_owned();
        let schema = Arc::new(Schema::empty());
        let mut stream =
            Self { connector, rows, reader, schema, cancel, finished: false, failure: None };
        stream.schema = stream.read_schema()?;
        Ok(stream)
    }

    fn read_schema(&mut self) -> Result<SchemaRef> {
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
        let error = match text {
            Some(text) => Error::from_json(&text),
            None => broken("a stream failed without an error"),
        };
        error.with_context("connector", &self.connector)
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
        let batch = arrow_values::batch(array, &self.schema);
        batch.map(Some).map_err(|error| error.with_context("connector", &self.connector))
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
        let pulled = self.pull();
        self.finished = matches!(pulled, Ok(None));
        self.failure = pulled.as_ref().err().cloned();
        pulled
    }

    fn checkpoint(&self) -> Result<Option<Value>> {
        let checkpoint = self.reader.api.reader_checkpoint.filter(|_| !self.reader.is_absent());
        let checkpoint = entry(checkpoint, "checkpoints")?;
        // SAFETY: the reader is open; `&self` on the thread that holds the stream.
        call::json(&self.connector, |out, err| unsafe { checkpoint(self.reader.reader, out, err) })
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

impl Drop for LoadedStream {
    fn drop(&mut self) {
        if let Some(release) = self.rows.release {
            // SAFETY: the stream is released once, before its reader is closed.
            unsafe { release(&raw mut self.rows) };
        }
    }
}
