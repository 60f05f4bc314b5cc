use std::sync::{Arc, Mutex};

use serde_json::{Map, Value};
use sqlflow_plugin_abi::{
    ArrowArrayStream, ArrowSchema, Buf, Reader, Session, Slice, SourceApi, Status,
};

use super::{
    buffers::{read_json, write_json},
    faults::Faults,
    guard::{entry, silent},
    session::{self, OpenAs, Role},
    stream::{self, Shared},
};
use crate::{
    CancelToken, CheckReport, Host, OpenSource, Partition, ReadRequest, Result, SourceConnector,
    StreamName,
};

/// What a session of a source holds.
type Source = dyn SourceConnector;

impl Role for Source {
    const OPEN: &'static str = "source.open";
    const CLOSE: &'static str = "source.close";
    const CANCEL: &'static str = "source.session_cancel";
    const CHECK: &'static str = "source.check";

    fn check_role(&mut self) -> Result<CheckReport> {
        self.check()
    }
}

impl<S: OpenSource> OpenAs<Source> for S {
    fn open_as(config: &Map<String, Value>, host: Host) -> Result<Box<Source>> {
        Ok(Box::new(S::open(S::spec().parse(config)?, host)?))
    }
}

struct RunningRead {
    stream: Shared,
    cancel: CancelToken,
    faults: Faults,
}

/// The table of a source of this type.
pub fn source_table<S: OpenSource>() -> &'static SourceApi {
    const {
        &SourceApi {
            struct_size: size_of::<SourceApi>(),
            open: Some(session::open::<Source, S>),
            close: Some(session::close::<Source>),
            session_cancel: Some(session::cancel::<Source>),
            check: Some(session::check::<Source>),
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

// SAFETY of every entry below: as in `session.rs`, and a reader is one that `read` gave and is not
// closed yet, used by one thread at a time but for its token: `reader_cancel` borrows that alone.

unsafe fn with_source(
    session: *mut Session,
    name: &'static str,
    err: *mut Buf,
    call: impl FnOnce(&mut Source) -> Result<()>,
) -> Status {
    // SAFETY: see above.
    unsafe { session::call_with(session, name, err, |source: &mut Source, _| call(source)) }
}

unsafe extern "C" fn discover(
    session: *mut Session,
    _request: Slice,
    out: *mut Buf,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        with_source(session, "source.discover", err, |source| write_json(out, &source.discover()?))
    }
}

unsafe extern "C" fn schema(
    session: *mut Session,
    request: Slice,
    out: *mut ArrowSchema,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        with_source(session, "source.schema", err, |source| {
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
        with_source(session, "source.plan", err, |source| {
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
        session::call_with(session, "source.read", err, |source: &mut Source, faults| {
            let request: ReadRequest = read_json(request)?;
            let partition: Partition = read_json(partition)?;
            let opened = source.read(&request, &partition)?;
            let cancel = opened.cancel_token();
            let shared = Arc::new(Mutex::new(opened));
            stream::export(rows, Arc::clone(&shared), cancel.clone(), faults);
            let reader = Box::new(RunningRead { stream: shared, cancel, faults });
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
        let running = &*reader.cast::<RunningRead>();
        entry(running.faults.at("reader.checkpoint"), err, || {
            write_json(out, &stream::lock(&running.stream)?.checkpoint()?)
        })
    }
}

unsafe extern "C" fn reader_cancel(reader: *mut Reader) {
    // SAFETY: see above.
    let running = unsafe { &*reader.cast::<RunningRead>() };
    silent(running.faults.at("reader.cancel"), || running.cancel.cancel());
}

unsafe extern "C" fn reader_close(reader: *mut Reader) {
    // SAFETY: see above.
    let running = unsafe { Box::from_raw(reader.cast::<RunningRead>()) };
    silent(running.faults.at("reader.close"), || drop(running));
}
