//! Drives the exported tables as a host does, over connectors that do as their config says.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, unsafe_code, reason = "each test file uses its part; the tables are C")]

pub(crate) mod destination;
pub(crate) mod scripted;
pub(crate) mod source;

use std::{
    collections::BTreeSet,
    ffi::c_void,
    ptr, slice,
    sync::{
        Mutex,
        mpsc::{Receiver, Sender, channel},
    },
};

use serde_json::Value;
use sqlflow_plugin_abi::{ABI_MAJOR, ABI_MINOR, Buf, HostApi, STATUS_OK, Session, Slice, Status};
use sqlflow_plugin_sdk::Error;

type Open = unsafe extern "C" fn(*const HostApi, Slice, *mut *mut Session, *mut Buf) -> Status;

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

/// Opens a session by the entry of a table.
pub(crate) fn open_session(
    open: Open,
    services: &'static HostApi,
    config: &Value,
) -> Result<*mut Session, Answer> {
    let config = config.to_string();
    let mut session = ptr::null_mut();
    let answer = call(|_, err| {
        // SAFETY: what is lent and written to outlives the call.
        unsafe { open(services, lend(&config), &raw mut session, err) }
    });
    if answer.status == STATUS_OK { Ok(session) } else { Err(answer) }
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

/// What the services of a host hear, and where they order a fault.
struct Listener {
    events: Sender<String>,
    fails: &'static str,
    asked: Mutex<BTreeSet<String>>,
}

/// Services of a host of this major version; what the plugin reports comes out of the channel,
/// and the panics it logs go to standard error.
pub(crate) fn host_of(abi_major: u32) -> (&'static HostApi, Receiver<String>) {
    let (services, events) = failing_host("");
    let fault = None;
    (Box::leak(Box::new(HostApi { abi_major, fault, ..*services })), events)
}

pub(crate) fn host() -> (&'static HostApi, Receiver<String>) {
    host_of(ABI_MAJOR)
}

/// A host that orders the entry of this name to fail.
pub(crate) fn failing_host(fails: &'static str) -> (&'static HostApi, Receiver<String>) {
    let (events, receive) = channel::<String>();
    let listener = Box::leak(Box::new(Listener { events, fails, asked: Mutex::default() }));
    let host = Box::leak(Box::new(HostApi {
        struct_size: size_of::<HostApi>(),
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        ctx: ptr::from_mut(listener).cast(),
        log: Some(log),
        event: Some(event),
        is_cancelled: None,
        fault: Some(fault),
    }));
    (host, receive)
}

/// The entries that have asked this host for faults.
pub(crate) fn asked(host: &'static HostApi) -> BTreeSet<String> {
    // SAFETY: the context is the listener leaked above.
    let listener = unsafe { &*host.ctx.cast::<Listener>() };
    listener.asked.lock().unwrap().clone()
}

unsafe extern "C" fn log(ctx: *mut c_void, level: i32, component: Slice, record: Slice) {
    // SAFETY: the context is the listener leaked above, the plugin lends the bytes for the call.
    let (listener, component, record) =
        unsafe { (&*ctx.cast::<Listener>(), text(component), text(record)) };
    eprintln!("{record}");
    let record: Value = serde_json::from_str(record).unwrap();
    let message = record["message"].as_str().unwrap();
    let _ = listener.events.send(format!("{level} {component}: {message}"));
}

unsafe extern "C" fn event(ctx: *mut c_void, event: Slice) {
    // SAFETY: as above.
    let (listener, event) = unsafe { (&*ctx.cast::<Listener>(), text(event)) };
    let event: Value = serde_json::from_str(event).unwrap();
    let _ = listener.events.send(event["message"].as_str().unwrap().to_owned());
}

unsafe extern "C" fn fault(ctx: *mut c_void, entry: Slice) -> i32 {
    // SAFETY: as above.
    let (listener, entry) = unsafe { (&*ctx.cast::<Listener>(), text(entry)) };
    listener.asked.lock().unwrap().insert(entry.to_owned());
    i32::from(entry == listener.fails)
}

/// # Safety
///
/// The slice is valid as long as the text is used.
unsafe fn text<'a>(slice: Slice) -> &'a str {
    // SAFETY: by this function's contract.
    str::from_utf8(unsafe { slice::from_raw_parts(slice.ptr, slice.len) }).unwrap()
}
