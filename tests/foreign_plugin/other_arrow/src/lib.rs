//! A source built with another arrow than the host's: only the C interfaces of arrow and the frozen
//! types of the boundary are shared. It yields two batches of columns whose buffers differ in kind.
#![allow(clippy::missing_safety_doc, reason = "the contract of the boundary is the ABI crate's")]

use std::{ptr, sync::Arc};

use arrow_array::{
    ArrayRef, BooleanArray, Int64Array, RecordBatch, RecordBatchIterator, StringArray,
    TimestampMicrosecondArray, ffi::FFI_ArrowSchema, ffi_stream::FFI_ArrowArrayStream,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use sqlflow_plugin_abi::{
    ABI_MAJOR, ABI_MINOR, ArrowArrayStream, ArrowSchema, Buf, HostApi, MAGIC, PluginApi, Reader,
    STATUS_ERROR, STATUS_OK, Session, Slice, SourceApi, Status,
};

const MANIFEST: &str = "version = '1.0.0'\nabi = '1.0'\nabi_min = '1.0'\nname = 'other_arrow'\n\
    kinds = ['source']\n";

const DESCRIPTOR: &str = r#"{"version":"1.0.0","abi":"1.0","abi_min":"1.0","name":"other_arrow",
    "kinds":["source"],"source_config":{"type":"object","properties":{}}}"#;

// SAFETY: a section of its own, which nothing but the host's manifest reader reads.
#[unsafe(link_section = ".sqlflow_manifest")]
#[used]
static EMBEDDED: [u8; MANIFEST.len()] = {
    let mut bytes = [0; MANIFEST.len()];
    bytes.copy_from_slice(MANIFEST.as_bytes());
    bytes
};

fn schema() -> SchemaRef {
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        Field::new("number", DataType::Int64, true),
        Field::new("text", DataType::Utf8, true),
        Field::new("truth", DataType::Boolean, true),
        Field::new("time", time, true),
    ]))
}

fn batch(
    numbers: [Option<i64>; 3],
    texts: [Option<&str>; 3],
    truths: [Option<bool>; 3],
) -> RecordBatch {
    let times = numbers.map(|number| number.map(|number| number.wrapping_mul(1_000)));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(numbers.to_vec())),
        Arc::new(StringArray::from(texts.to_vec())),
        Arc::new(BooleanArray::from(truths.to_vec())),
        Arc::new(TimestampMicrosecondArray::from(times.to_vec()).with_timezone("UTC")),
    ];
    RecordBatch::try_new(schema(), columns).expect("the columns are of the schema")
}

fn batches() -> Vec<RecordBatch> {
    let first = batch(
        [Some(i64::MIN), None, Some(7)],
        [Some(""), Some("žluťoučký"), None],
        [Some(true), None, Some(false)],
    );
    let second =
        batch([Some(1), Some(2), Some(3)], [Some("a"), None, Some("c")], [None, Some(true), None]);
    // A slice has an offset that is not 0.
    vec![first, second.slice(1, 2)]
}

fn put(out: *mut Buf, text: &'static str) {
    let buf =
        Buf { ptr: text.as_ptr().cast_mut(), len: text.len(), cap: text.len(), release: None };
    // SAFETY: the host gives a place for a buffer.
    unsafe { out.write(buf) }
}

unsafe extern "C" fn open(
    _: *const HostApi,
    _: Slice,
    out: *mut *mut Session,
    _: *mut Buf,
) -> Status {
    // SAFETY: the host gives a place for a pointer.
    unsafe { out.write(Box::into_raw(Box::new(0_u64)).cast()) };
    STATUS_OK
}

unsafe extern "C" fn close(session: *mut Session) {
    // SAFETY: `open` gave it, and it is closed once.
    drop(unsafe { Box::from_raw(session.cast::<u64>()) });
}

unsafe extern "C" fn tell(
    _: *mut Session,
    _: Slice,
    out: *mut ArrowSchema,
    err: *mut Buf,
) -> Status {
    let Ok(schema) = FFI_ArrowSchema::try_from(schema().as_ref()) else {
        put(err, r#"{"message":"the schema cannot be told"}"#);
        return STATUS_ERROR;
    };
    // SAFETY: the host gives a place for a schema; both types are the interface's.
    unsafe { out.cast::<FFI_ArrowSchema>().write(schema) };
    STATUS_OK
}

unsafe extern "C" fn read(
    _: *mut Session,
    _: Slice,
    _: Slice,
    rows: *mut ArrowArrayStream,
    _: *mut *mut Reader,
    _: *mut Buf,
) -> Status {
    let rows_of = RecordBatchIterator::new(batches().into_iter().map(Ok), schema());
    let stream = FFI_ArrowArrayStream::new(Box::new(rows_of));
    // SAFETY: the host gives a place for a stream; both types are the interface's.
    unsafe { rows.cast::<FFI_ArrowArrayStream>().write(stream) };
    STATUS_OK
}

unsafe extern "C" fn describe(out: *mut Buf) -> Status {
    put(out, DESCRIPTOR);
    STATUS_OK
}

static SOURCE: SourceApi = SourceApi {
    struct_size: size_of::<SourceApi>(),
    open: Some(open),
    close: Some(close),
    session_cancel: None,
    check: None,
    discover: None,
    schema: Some(tell),
    plan: None,
    read: Some(read),
    reader_checkpoint: None,
    reader_cancel: None,
    reader_close: None,
};

static PLUGIN: PluginApi = PluginApi {
    magic: MAGIC,
    struct_size: size_of::<PluginApi>(),
    abi_major: ABI_MAJOR,
    abi_minor: ABI_MINOR,
    descriptor: Some(describe),
    source: &SOURCE,
    destination: ptr::null(),
};

/// The one symbol of a plugin.
// SAFETY: the name and type are those of the contract.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sqlflow_plugin_v1(
    _: *const HostApi,
    out: *mut *const PluginApi,
    _: *mut Buf,
) -> Status {
    // SAFETY: the host gives a place for a pointer.
    unsafe { out.write(&raw const PLUGIN) };
    STATUS_OK
}
