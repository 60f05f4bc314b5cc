//! A destination's exported table behind methods, one per entry.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    ptr,
    sync::{Arc, mpsc::Receiver},
};

use arrow::{
    array::{Array, Int64Array, RecordBatch, StructArray},
    ffi::{FFI_ArrowArray, FFI_ArrowSchema},
};
use serde_json::Value;
use sqlflow_plugin_abi::{DestinationApi, HostApi, STATUS_OK, Session, Writer as AbiWriter};
use sqlflow_plugin_sdk::export::destination_table;

use super::{Answer, call, host, lend, open_session, scripted};

pub(crate) fn table() -> &'static DestinationApi {
    destination_table::<scripted::Destination>()
}

/// An opened destination, as a host holds it.
pub(crate) struct Destination {
    pub(crate) session: *mut Session,
    pub(crate) events: Receiver<String>,
}

// SAFETY of every call below: the session or writer is open, and what is lent and written to
// outlives the call.
impl Destination {
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

    pub(crate) fn describe(&self, place: &str) -> (Answer, FFI_ArrowSchema) {
        let mut schema = FFI_ArrowSchema::empty();
        let answer = call(|_, err| {
            let out = (&raw mut schema).cast();
            // SAFETY: see above.
            unsafe { table().describe.unwrap()(self.session, lend(place), out, err) }
        });
        (answer, schema)
    }

    pub(crate) fn apply(&self) -> Answer {
        // SAFETY: see above.
        call(|_, err| unsafe {
            table().apply.unwrap()(self.session, lend("\"p\""), lend("[]"), err)
        })
    }

    pub(crate) fn begin(&self) -> Result<Writing, Answer> {
        let request = lend(r#"{"place":"p","mode":"replace","token":"t"}"#);
        let mut schema = FFI_ArrowSchema::try_from(scripted::schema().as_ref()).unwrap();
        let mut writer = ptr::null_mut();
        let answer = call(|_, err| {
            let (schema, writer) = ((&raw mut schema).cast(), &raw mut writer);
            // SAFETY: see above.
            unsafe { table().begin.unwrap()(self.session, request, schema, writer, err) }
        });
        if answer.status == STATUS_OK { Ok(Writing(writer)) } else { Err(answer) }
    }

    pub(crate) fn committed(&self, token: &str) -> Answer {
        // SAFETY: see above.
        call(|out, err| unsafe { table().committed.unwrap()(self.session, lend(token), out, err) })
    }

    pub(crate) fn recover(&self) -> Answer {
        let (place, live) = (lend("\"p\""), lend("[\"t\"]"));
        // SAFETY: see above.
        call(|out, err| unsafe { table().recover.unwrap()(self.session, place, live, out, err) })
    }

    /// Closes it, and gives what it told the host.
    pub(crate) fn close(self) -> Vec<String> {
        // SAFETY: see above; closed once.
        unsafe { table().close.unwrap()(self.session) };
        self.events.try_iter().collect()
    }
}

/// A running write, as a host holds it.
pub(crate) struct Writing(pub(crate) *mut AbiWriter);

impl Writing {
    pub(crate) fn write(&self, numbers: &[i64]) -> Answer {
        let column = Arc::new(Int64Array::from(numbers.to_vec()));
        let batch = RecordBatch::try_new(scripted::schema(), vec![column]).unwrap();
        let mut array = FFI_ArrowArray::new(&StructArray::from(batch).to_data());
        call(|_, err| {
            let array = (&raw mut array).cast();
            // SAFETY: see `Destination`.
            unsafe { table().write.unwrap()(self.0, array, err) }
        })
    }

    pub(crate) fn commit(&self) -> Answer {
        let record = lend(r#"{"token":"t","rows":3}"#);
        // SAFETY: see `Destination`.
        call(|out, err| unsafe { table().commit.unwrap()(self.0, record, out, err) })
    }

    pub(crate) fn abort(&self) -> Answer {
        // SAFETY: see `Destination`.
        call(|_, err| unsafe { table().abort.unwrap()(self.0, err) })
    }

    pub(crate) fn cancel(&self) {
        // SAFETY: see `Destination`.
        unsafe { table().writer_cancel.unwrap()(self.0) };
    }

    pub(crate) fn close(self) {
        // SAFETY: see `Destination`; closed once.
        unsafe { table().writer_close.unwrap()(self.0) };
    }
}
