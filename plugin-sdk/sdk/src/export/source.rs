use std::sync::{Arc, Mutex};

use serde_json::{Map, Value};
use sqlflow_plugin_abi::{
    ArrowArrayStream, ArrowSchema, Buf, HostApi, Reader, Session, Slice, SourceApi, Status,
};

use super::{
    buffers::{read_json, write_json},
    guard::{entry, entry_of, silent},
    stream::{self, Shared},
};
use crate::{
    CancelToken, Error, Host, OpenSource, Partition, ReadRequest, Result, SourceConnector,
    StreamName,
};

struct OpenedSource {
    connector: Box<dyn SourceConnector>,
    cancel: CancelToken,
    panicked: Option<Error>,
}

struct RunningRead {
    stream: Shared,
    cancel: CancelToken,
}

/// The table of a source of this type.
pub fn source_table<S: OpenSource>() -> &'static SourceApi {
    const {
        &SourceApi {
            struct_size: size_of::<SourceApi>(),
            open: Some(open::<S>),
            close: Some(close),
            session_cancel: Some(session_cancel),
            check: Some(check),
            discover: Some(discover),
            schema: Some(schema),
            plan: Some(plan),
            read: Some(read),
            reader_checkpoint: Some(reader_checkpoint),
            reader_cancel: Some(reader_cancel),
            reader_close: Some(reader_close),
        }
    }
}

// SAFETY of every entry below: the host follows the rules of the ABI crate, so that a session or
// reader is one that `open` or `read` gave and is not closed yet, is used by one thread at a time
// but for its `cancel` field, slices are valid for the call, and places to write to are writable.
// A connector and its token are separate fields: `*_cancel` borrows the token alone.

unsafe extern "C" fn open<S: OpenSource>(
    host: *const HostApi,
    config: Slice,
    out: *mut *mut Session,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        entry(err, || {
            let config: Map<String, Value> = read_json(config)?;
            let cancel = CancelToken::new();
            let host = Host::connected(host.as_ref(), cancel.clone());
            let connector = Box::new(S::open(S::spec().parse(&config)?, host)?);
            let opened = Box::new(OpenedSource { connector, cancel, panicked: None });
            out.write(Box::into_raw(opened).cast::<Session>());
            Ok(())
        })
    }
}

unsafe extern "C" fn close(session: *mut Session) {
    // SAFETY: see above.
    let opened = unsafe { Box::from_raw(session.cast::<OpenedSource>()) };
    silent(|| drop(opened));
}

unsafe extern "C" fn session_cancel(session: *mut Session) {
    // SAFETY: see above.
    let cancel = unsafe { &(*session.cast::<OpenedSource>()).cancel };
    silent(|| cancel.cancel());
}

unsafe fn with_connector(
    session: *mut Session,
    err: *mut Buf,
    call: impl FnOnce(&mut dyn SourceConnector) -> Result<()>,
) -> Status {
    let opened = session.cast::<OpenedSource>();
    // SAFETY: see above; the two fields are borrowed apart.
    unsafe { entry_of(&mut (*opened).panicked, err, || call((*opened).connector.as_mut())) }
}

unsafe extern "C" fn check(session: *mut Session, out: *mut Buf, err: *mut Buf) -> Status {
    // SAFETY: see above.
    unsafe { with_connector(session, err, |source| write_json(out, &source.check()?)) }
}

unsafe extern "C" fn discover(
    session: *mut Session,
    _request: Slice,
    out: *mut Buf,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe { with_connector(session, err, |source| write_json(out, &source.discover()?)) }
}

unsafe extern "C" fn schema(
    session: *mut Session,
    request: Slice,
    out: *mut ArrowSchema,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        with_connector(session, err, |source| {
            let name: StreamName = read_json(request)?;
            stream::put_schema(out, source.schema(&name)?.as_ref())
        })
    }
}

unsafe extern "C" fn plan(
    session: *mut Session,
    request: Slice,
    out: *mut Buf,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        with_connector(session, err, |source| {
            let request: ReadRequest = read_json(request)?;
            write_json(out, &source.plan(&request)?)
        })
    }
}

unsafe extern "C" fn read(
    session: *mut Session,
    request: Slice,
    partition: Slice,
    rows: *mut ArrowArrayStream,
    control: *mut *mut Reader,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        with_connector(session, err, |source| {
            let request: ReadRequest = read_json(request)?;
            let partition: Partition = read_json(partition)?;
            let opened = source.read(&request, &partition)?;
            let cancel = opened.cancel_token();
            let shared = Arc::new(Mutex::new(opened));
            stream::export(rows, Arc::clone(&shared), cancel.clone());
            let reader = Box::new(RunningRead { stream: shared, cancel });
            control.write(Box::into_raw(reader).cast::<Reader>());
            Ok(())
        })
    }
}

unsafe extern "C" fn reader_checkpoint(
    reader: *mut Reader,
    out: *mut Buf,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        entry(err, || {
            let running = &*reader.cast::<RunningRead>();
            write_json(out, &stream::lock(&running.stream)?.checkpoint()?)
        })
    }
}

unsafe extern "C" fn reader_cancel(reader: *mut Reader) {
    // SAFETY: see above.
    let cancel = unsafe { &(*reader.cast::<RunningRead>()).cancel };
    silent(|| cancel.cancel());
}

unsafe extern "C" fn reader_close(reader: *mut Reader) {
    // SAFETY: see above.
    let running = unsafe { Box::from_raw(reader.cast::<RunningRead>()) };
    silent(|| drop(running));
}
