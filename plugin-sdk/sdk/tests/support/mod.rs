//! Drives the exported tables as a host does, over connectors that do as their config says.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, unsafe_code, reason = "each test file uses its part; the tables are C")]

pub(crate) mod scripted;
pub(crate) mod source;

use std::{
    ffi::c_void,
    ptr, slice,
    sync::mpsc::{Receiver, Sender, channel},
};

use serde_json::Value;
use sqlflow_plugin_abi::{ABI_MAJOR, ABI_MINOR, Buf, HostApi, STATUS_OK, Slice, Status};
use sqlflow_plugin_sdk::Error;

/// What a call said: its status, what it wrote and its error.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: Status,
    pub(crate) out: Vec<u8>,
    pub(crate) error: Option<Error>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        assert_eq!((self.status, &self.error), (STATUS_OK, &None));
        serde_json::from_slice(&self.out).unwrap()
    }

    /// The status and the error's message.
    pub(crate) fn failure(&self) -> (Status, &str) {
        assert_eq!(self.out, b"", "a failed call writes no answer");
        (self.status, self.error.as_ref().map_or("", Error::message))
    }
}

/// Makes a call that writes an answer and an error.
pub(crate) fn call(call: impl FnOnce(*mut Buf, *mut Buf) -> Status) -> Answer {
    let (mut out, mut err) = (Buf::EMPTY, Buf::EMPTY);
    let status = call(&raw mut out, &raw mut err);
    let error = err.release.is_some().then(|| Error::from_json(&bytes(&err)));
    let answer = Answer { status, out: bytes(&out), error };
    release(&mut out);
    release(&mut err);
    answer
}

pub(crate) fn bytes(buf: &Buf) -> Vec<u8> {
    if buf.len == 0 {
        return Vec::new();
    }
    // SAFETY: the plugin wrote `len` bytes and nothing has released them.
    unsafe { slice::from_raw_parts(buf.ptr, buf.len) }.to_vec()
}

pub(crate) fn release(buf: &mut Buf) {
    if let Some(release) = buf.release {
        // SAFETY: the buffer is the one the plugin wrote.
        unsafe { release(buf) };
    }
}

pub(crate) fn lend(text: &str) -> Slice {
    Slice { ptr: text.as_ptr(), len: text.len() }
}

/// Services of a host of this major version; what the plugin reports comes out of the channel,
/// and the panics it logs go to standard error.
pub(crate) fn host_of(abi_major: u32) -> (&'static HostApi, Receiver<String>) {
    let (send, receive) = channel::<String>();
    let host = Box::leak(Box::new(HostApi {
        struct_size: size_of::<HostApi>(),
        abi_major,
        abi_minor: ABI_MINOR,
        ctx: ptr::from_mut(Box::leak(Box::new(send))).cast(),
        log: Some(log),
        event: Some(event),
        is_cancelled: None,
        fault: None,
    }));
    (host, receive)
}

pub(crate) fn host() -> (&'static HostApi, Receiver<String>) {
    host_of(ABI_MAJOR)
}

unsafe extern "C" fn log(_ctx: *mut c_void, _level: i32, _component: Slice, record: Slice) {
    // SAFETY: the plugin lends the bytes for the call.
    let record = unsafe { slice::from_raw_parts(record.ptr, record.len) };
    eprintln!("{}", String::from_utf8_lossy(record));
}

unsafe extern "C" fn event(ctx: *mut c_void, event: Slice) {
    // SAFETY: the context is the sender leaked above, the plugin lends the bytes for the call.
    let (send, event) =
        unsafe { (&*ctx.cast::<Sender<String>>(), slice::from_raw_parts(event.ptr, event.len)) };
    let event: Value = serde_json::from_slice(event).unwrap();
    let _ = send.send(event["message"].as_str().unwrap().to_owned());
}
