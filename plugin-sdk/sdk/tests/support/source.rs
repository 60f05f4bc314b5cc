//! A source's exported table behind methods, one per entry.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{ffi::CStr, ptr, sync::mpsc::Receiver};

use arrow::{
    array::{AsArray, StructArray},
    datatypes::{Int64Type, Schema},
    ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi},
};
use serde_json::Value;
use sqlflow_plugin_abi::{ArrowArrayStream, HostApi, Reader, STATUS_OK, Session, SourceApi};
use sqlflow_plugin_sdk::{Error, export::source_table};

use super::{Answer, call, host, lend, open_session, scripted};

pub(crate) const REQUEST: &str = r#"{"stream":"numbers","from the future":1}"#;

pub(crate) fn table() -> &'static SourceApi {
    source_table::<scripted::Source>()
}

/// An opened source, as a host holds it.
pub(crate) struct Source {
    pub(crate) session: *mut Session,
    pub(crate) events: Receiver<String>,
}

// SAFETY of every call below: the session, reader or stream is open, and what is lent and written
// to outlives the call.
impl Source {
    pub(crate) fn open(config: &Value) -> Result<Self, Answer> {
        Self::open_at(host(), config)
    }

    pub(crate) fn open_at(
        (services, events): (&'static HostApi, Receiver<String>),
        config: &Value,
    ) -> Result<Self, Answer> {
        let session = open_session(table().open.unwrap(), services, config)?;
        Ok(Self { session, events })
    }

    pub(crate) fn check(&self) -> Answer {
        // SAFETY: see above.
        call(|out, err| unsafe { table().check.unwrap()(self.session, out, err) })
    }

    pub(crate) fn discover(&self) -> Answer {
        // SAFETY: see above.
        call(|out, err| unsafe { table().discover.unwrap()(self.session, lend("{}"), out, err) })
    }

    pub(crate) fn plan(&self, request: &str) -> Answer {
        // SAFETY: see above.
        call(|out, err| unsafe { table().plan.unwrap()(self.session, lend(request), out, err) })
    }

    pub(crate) fn schema(&self) -> (Answer, FFI_ArrowSchema) {
        let mut schema = FFI_ArrowSchema::empty();
        let answer = call(|_, err| {
            let out = (&raw mut schema).cast();
            // SAFETY: see above.
            unsafe { table().schema.unwrap()(self.session, lend("\"numbers\""), out, err) }
        });
        (answer, schema)
    }

    pub(crate) fn read(&self) -> Result<Rows, Answer> {
        let (mut rows, mut reader) = (ArrowArrayStream::EMPTY, ptr::null_mut());
        let partition = lend(r#"{"id":"all"}"#);
        let answer = call(|_, err| {
            let (rows, reader) = (&raw mut rows, &raw mut reader);
            // SAFETY: see above.
            unsafe {
                table().read.unwrap()(self.session, lend(REQUEST), partition, rows, reader, err)
            }
        });
        if answer.status == STATUS_OK { Ok(Rows { rows, reader }) } else { Err(answer) }
    }

    pub(crate) fn close(self) {
        // SAFETY: see above; closed once.
        unsafe { table().close.unwrap()(self.session) };
    }
}

/// A running read, as a host holds it.
pub(crate) struct Rows {
    pub(crate) rows: ArrowArrayStream,
    pub(crate) reader: *mut Reader,
}

// SAFETY: a stream may move between threads.
unsafe impl Send for Rows {}

impl Rows {
    pub(crate) fn schema(&mut self) -> Result<Schema, Error> {
        let mut schema = FFI_ArrowSchema::empty();
        // SAFETY: see `Source`.
        let errno =
            unsafe { self.rows.get_schema.unwrap()(&raw mut self.rows, (&raw mut schema).cast()) };
        if errno == 0 { Ok(Schema::try_from(&schema).unwrap()) } else { Err(self.last_error()) }
    }

    /// The numbers of the next batch, `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<i64>>, Error> {
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: see `Source`.
        let errno =
            unsafe { self.rows.get_next.unwrap()(&raw mut self.rows, (&raw mut array).cast()) };
        if errno != 0 {
            return Err(self.last_error());
        }
        if array.is_released() {
            return Ok(None);
        }
        let schema = FFI_ArrowSchema::try_from(scripted::schema().as_ref()).unwrap();
        // SAFETY: the array is one of this schema.
        let batch = StructArray::from(unsafe { from_ffi(array, &schema) }.unwrap());
        Ok(Some(batch.column(0).as_primitive::<Int64Type>().values().to_vec()))
    }

    fn last_error(&mut self) -> Error {
        // SAFETY: see `Source`; the text is copied before the next call.
        let text = unsafe { CStr::from_ptr(self.rows.get_last_error.unwrap()(&raw mut self.rows)) };
        Error::from_json(text.to_bytes())
    }

    pub(crate) fn checkpoint(&self) -> Answer {
        // SAFETY: see `Source`.
        call(|out, err| unsafe { table().reader_checkpoint.unwrap()(self.reader, out, err) })
    }

    pub(crate) fn end(mut self) {
        // SAFETY: see `Source`; released and closed once.
        unsafe {
            self.rows.release.unwrap()(&raw mut self.rows);
            assert!(self.rows.release.is_none(), "a released stream says so");
            table().reader_close.unwrap()(self.reader);
        }
    }
}
