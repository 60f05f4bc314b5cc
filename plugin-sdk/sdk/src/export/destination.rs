use std::sync::Arc;

use arrow::{
    array::{RecordBatch, RecordBatchOptions, StructArray},
    datatypes::{DataType, Schema, SchemaRef},
    ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type},
};
use serde_json::{Map, Value};
use sqlflow_plugin_abi::{
    ArrowArray, ArrowSchema, Buf, DestinationApi, Session, Slice, Status, Writer as AbiWriter,
};

use super::{
    buffers::{read_json, write_json},
    faults::Faults,
    guard::{entry_of, silent},
    session::{self, OpenAs, Role},
    stream::put_schema,
};
use crate::{
    CancelToken, CheckReport, CommitRecord, CommitToken, DestinationConnector, Error, ErrorKind,
    Host, OpenDestination, Place, Result, SchemaChange, WriteRequest, Writer,
};

/// What a session of a destination holds.
type Destination = dyn DestinationConnector;

impl Role for Destination {
    const OPEN: &'static str = "destination.open";
    const CLOSE: &'static str = "destination.close";
    const CANCEL: &'static str = "destination.session_cancel";
    const CHECK: &'static str = "destination.check";

    fn check_role(&mut self) -> Result<CheckReport> {
        self.check()
    }
}

impl<D: OpenDestination> OpenAs<Destination> for D {
    fn open_as(config: &Map<String, Value>, host: Host) -> Result<Box<Destination>> {
        Ok(Box::new(D::open(D::spec().parse(config)?, host)?))
    }
}

struct RunningWrite {
    staged: Staged,
    cancel: CancelToken,
    faults: Faults,
    panicked: Option<Error>,
}

struct Staged {
    /// `None` once it was committed or aborted, or after a failed commit.
    writer: Option<Box<dyn Writer>>,
    schema: SchemaRef,
}

impl Staged {
    fn end(&mut self) -> Result<Box<dyn Writer>> {
        self.writer.take().ok_or_else(ended)
    }
}

/// The table of a destination of this type.
pub fn destination_table<D: OpenDestination>() -> &'static DestinationApi {
    const {
        &DestinationApi {
            struct_size: size_of::<DestinationApi>(),
            open: Some(session::open::<Destination, D>),
            close: Some(session::close::<Destination>),
            session_cancel: Some(session::cancel::<Destination>),
            check: Some(session::check::<Destination>),
            describe: Some(describe),
            apply: Some(apply),
            begin: Some(begin),
            write: Some(write),
            commit: Some(commit),
            abort: Some(abort),
            writer_cancel: Some(writer_cancel),
            writer_close: Some(writer_close),
            committed: Some(committed),
            recover: Some(recover),
        }
    }
}

// SAFETY of every entry below: as in `session.rs`, and a writer is one that `begin` gave and is not
// closed yet, used by one thread at a time but for its token: `writer_cancel` borrows that alone.

unsafe fn with_destination(
    session: *mut Session,
    name: &'static str,
    err: *mut Buf,
    call: impl FnOnce(&mut Destination) -> Result<()>,
) -> Status {
    // SAFETY: see above.
    unsafe {
        session::call_with(session, name, err, |destination: &mut Destination, _| call(destination))
    }
}

unsafe fn with_writer(
    writer: *mut AbiWriter,
    name: &'static str,
    err: *mut Buf,
    call: impl FnOnce(&mut Staged) -> Result<()>,
) -> Status {
    let running = writer.cast::<RunningWrite>();
    // SAFETY: see above; the fields are borrowed apart.
    unsafe {
        let at = (*running).faults.at(name);
        entry_of(&mut (*running).panicked, at, err, || call(&mut (*running).staged))
    }
}

unsafe extern "C" fn describe(
    session: *mut Session,
    place: Slice,
    out: *mut ArrowSchema,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above; `out` is a released schema, which is left as it is where nothing is.
    unsafe {
        with_destination(session, "destination.describe", err, |destination| {
            let place: Place = read_json(place)?;
            let found = destination.describe(&place)?;
            found.map_or(Ok(()), |schema| put_schema(out, schema.as_ref()))
        })
    }
}

unsafe extern "C" fn apply(
    session: *mut Session,
    place: Slice,
    changes: Slice,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        with_destination(session, "destination.apply", err, |destination| {
            let place: Place = read_json(place)?;
            let changes: Vec<SchemaChange> = read_json(changes)?;
            destination.apply(&place, &changes)
        })
    }
}

unsafe extern "C" fn begin(
    session: *mut Session,
    request: Slice,
    schema: *mut ArrowSchema,
    out: *mut *mut AbiWriter,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        session::call_with(
            session,
            "destination.begin",
            err,
            |destination: &mut Destination, faults| {
                let mut request: WriteRequest = read_json(request)?;
                request.schema = take_schema(schema)?;
                let writer = destination.begin(&request)?;
                let cancel = writer.cancel_token();
                let staged = Staged { writer: Some(writer), schema: request.schema };
                let running = Box::new(RunningWrite { staged, cancel, faults, panicked: None });
                out.write(Box::into_raw(running).cast::<AbiWriter>());
                Ok(())
            },
        )
    }
}

unsafe extern "C" fn write(
    writer: *mut AbiWriter,
    batch: *mut ArrowArray,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        with_writer(writer, "writer.write", err, |staged| {
            let batch = take_batch(batch, &staged.schema)?;
            (*writer.cast::<RunningWrite>()).cancel.check()?;
            staged.writer.as_mut().ok_or_else(ended)?.write(batch)
        })
    }
}

unsafe extern "C" fn commit(
    writer: *mut AbiWriter,
    record: Slice,
    out: *mut Buf,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        with_writer(writer, "writer.commit", err, |staged| {
            let record: CommitRecord = read_json(record)?;
            write_json(out, &staged.end()?.commit(&record)?)
        })
    }
}

unsafe extern "C" fn abort(writer: *mut AbiWriter, err: *mut Buf) -> Status {
    // SAFETY: see above.
    unsafe { with_writer(writer, "writer.abort", err, |staged| staged.end()?.abort()) }
}

unsafe extern "C" fn writer_cancel(writer: *mut AbiWriter) {
    // SAFETY: see above.
    let (cancel, faults) = unsafe {
        let running = writer.cast::<RunningWrite>();
        (&(*running).cancel, (*running).faults)
    };
    silent(faults.at("writer.cancel"), || cancel.cancel());
}

unsafe extern "C" fn writer_close(writer: *mut AbiWriter) {
    // SAFETY: see above.
    let running = unsafe { Box::from_raw(writer.cast::<RunningWrite>()) };
    silent(running.faults.at("writer.close"), || drop(running));
}

unsafe extern "C" fn committed(
    session: *mut Session,
    token: Slice,
    out: *mut Buf,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        with_destination(session, "destination.committed", err, |destination| {
            let token: CommitToken = read_json(token)?;
            write_json(out, &destination.committed(&token)?)
        })
    }
}

unsafe extern "C" fn recover(
    session: *mut Session,
    place: Slice,
    live: Slice,
    out: *mut Buf,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        with_destination(session, "destination.recover", err, |destination| {
            let place: Place = read_json(place)?;
            let live: Vec<CommitToken> = read_json(live)?;
            destination.recover(&place, &live)?;
            write_json(out, &Value::Null)
        })
    }
}

fn ended() -> Error {
    Error::new(ErrorKind::Bug, "the write has ended already")
}

unsafe fn take_schema(schema: *mut ArrowSchema) -> Result<SchemaRef> {
    // SAFETY: see above; both types are the `ArrowSchema` of the C data interface.
    let schema = unsafe { FFI_ArrowSchema::from_raw(schema.cast()) };
    Schema::try_from(&schema).map(Arc::new).map_err(|error| {
        Error::new(ErrorKind::Schema, "the host's schema cannot be read").caused_by(&error)
    })
}

unsafe fn take_batch(batch: *mut ArrowArray, schema: &SchemaRef) -> Result<RecordBatch> {
    // SAFETY: see above; both types are the `ArrowArray` of the C data interface, and the host
    // sends arrays of the schema it gave to `begin`.
    let data = unsafe {
        let array = FFI_ArrowArray::from_raw(batch.cast());
        from_ffi_and_data_type(array, DataType::Struct(schema.fields().clone()))
    };
    let data = data.map_err(|error| {
        Error::new(ErrorKind::Bug, "the host sent a broken batch").caused_by(&error)
    })?;
    let options = RecordBatchOptions::new().with_row_count(Some(data.len()));
    let (_, columns, _) = StructArray::from(data).into_parts();
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options).map_err(|error| {
        Error::new(ErrorKind::Bug, "the host sent a batch of another schema").caused_by(&error)
    })
}
