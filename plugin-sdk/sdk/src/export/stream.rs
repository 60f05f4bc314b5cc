use std::{
    ffi::{CString, c_char, c_int, c_void},
    ptr,
    sync::{Arc, Mutex, MutexGuard},
};

use arrow::{
    array::{Array, RecordBatch, StructArray},
    datatypes::{Field, SchemaRef},
    ffi::{FFI_ArrowArray, FFI_ArrowSchema},
};
use sqlflow_plugin_abi::{ArrowArray, ArrowArrayStream, ArrowSchema};

use super::{
    faults::Faults,
    guard::{contain, silent},
};
use crate::{BatchStream, CancelToken, Error, ErrorKind, Result};

const OK: c_int = 0;
/// The stream interface answers with an errno; which one says nothing more than `get_last_error`.
const EIO: c_int = 5;

/// A stream that its C stream and its reader both hold.
pub(super) type Shared = Arc<Mutex<Box<dyn BatchStream>>>;

struct Exported {
    stream: Shared,
    cancel: CancelToken,
    faults: Faults,
    finished: bool,
    failure: Option<CString>,
}

/// Hands a stream over to the Arrow C stream interface.
///
/// # Safety
///
/// `out` points to a place for a stream.
pub(super) unsafe fn export(
    out: *mut ArrowArrayStream,
    stream: Shared,
    cancel: CancelToken,
    faults: Faults,
) {
    let exported = Box::new(Exported { stream, cancel, faults, finished: false, failure: None });
    let interface = ArrowArrayStream {
        get_schema: Some(get_schema),
        get_next: Some(get_next),
        get_last_error: Some(get_last_error),
        release: Some(release),
        private_data: Box::into_raw(exported).cast::<c_void>(),
    };
    // SAFETY: by this function's contract.
    unsafe { out.write(interface) }
}

/// Writes a schema where the caller asked for it.
///
/// # Safety
///
/// `out` points to a place for a schema.
pub(super) unsafe fn put_schema(
    out: *mut ArrowSchema,
    schema: &arrow::datatypes::Schema,
) -> Result<()> {
    let schema = FFI_ArrowSchema::try_from(schema).map_err(|error| {
        Error::new(ErrorKind::Schema, "the schema cannot cross the plugin boundary")
            .caused_by(&error)
    })?;
    // SAFETY: both types are the `ArrowSchema` of the C data interface.
    unsafe { out.cast::<FFI_ArrowSchema>().write(schema) };
    Ok(())
}

unsafe extern "C" fn get_schema(stream: *mut ArrowArrayStream, out: *mut ArrowSchema) -> c_int {
    // SAFETY: the caller passes the stream that `export` wrote and a place for a schema.
    unsafe {
        answer(stream, "stream.get_schema", |exported| {
            let schema = lock(&exported.stream)?.schema();
            put_schema(out, &schema)
        })
    }
}

unsafe extern "C" fn get_next(stream: *mut ArrowArrayStream, out: *mut ArrowArray) -> c_int {
    // SAFETY: the caller passes the stream that `export` wrote and a place for an array. Both
    // array types are the `ArrowArray` of the C data interface.
    unsafe {
        answer(stream, "stream.get_next", |exported| {
            let array = next(exported)?.map_or(FFI_ArrowArray::empty(), |batch| {
                FFI_ArrowArray::new(&StructArray::from(batch).to_data())
            });
            out.cast::<FFI_ArrowArray>().write(array);
            Ok(())
        })
    }
}

fn next(exported: &mut Exported) -> Result<Option<RecordBatch>> {
    if exported.finished {
        return Ok(None);
    }
    exported.cancel.check()?;
    let mut stream = lock(&exported.stream)?;
    let batch = stream.next_batch()?;
    exported.finished = batch.is_none();
    if let Some(batch) = &batch {
        check_types(batch, &stream.schema())?;
    }
    Ok(batch)
}

/// The host reads the buffers of a batch as the types of the stream's schema: others would be
/// read beyond their end.
fn check_types(batch: &RecordBatch, schema: &SchemaRef) -> Result<()> {
    let same = |(ours, theirs): (&Arc<Field>, &Arc<Field>)| {
        ours.data_type().equals_datatype(theirs.data_type())
    };
    let (got, declared) = (batch.schema_ref().fields(), schema.fields());
    if got.len() == declared.len() && got.iter().zip(declared).all(same) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Bug, "a batch is not of the schema that its stream declares")
        .with_context("batch", batch.schema_ref())
        .with_context("declared", schema))
}

/// Runs one call of the stream. After a failure or a panic every further call fails the same way.
///
/// # Safety
///
/// `stream` is one that `export` wrote, used by one thread at a time.
unsafe fn answer(
    stream: *mut ArrowArrayStream,
    name: &'static str,
    call: impl FnOnce(&mut Exported) -> Result<()>,
) -> c_int {
    // SAFETY: by this function's contract.
    let exported = unsafe { &mut *(*stream).private_data.cast::<Exported>() };
    if exported.failure.is_some() {
        return EIO;
    }
    match contain(exported.faults.at(name), || call(exported)).and_then(|result| result) {
        Ok(()) => OK,
        Err(error) => {
            // JSON escapes NUL, so that the text is always whole.
            exported.failure = Some(CString::new(error.to_json()).unwrap_or_default());
            EIO
        }
    }
}

unsafe extern "C" fn get_last_error(stream: *mut ArrowArrayStream) -> *const c_char {
    // SAFETY: the caller passes the stream that `export` wrote.
    let exported = unsafe { &*(*stream).private_data.cast::<Exported>() };
    exported.failure.as_ref().map_or(ptr::null(), |text| text.as_ptr())
}

unsafe extern "C" fn release(stream: *mut ArrowArrayStream) {
    // SAFETY: the caller passes the stream that `export` wrote, once.
    let exported = unsafe {
        (*stream).release = None;
        Box::from_raw((*stream).private_data.cast::<Exported>())
    };
    silent(exported.faults.at("stream.release"), || drop(exported));
}

/// Fails where a panic left the stream half done.
pub(super) fn lock(stream: &Shared) -> Result<MutexGuard<'_, Box<dyn BatchStream>>> {
    stream.lock().map_err(|_| Error::new(ErrorKind::Bug, "the plugin panicked in this stream"))
}
