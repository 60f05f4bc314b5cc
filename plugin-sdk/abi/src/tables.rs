#![allow(unsafe_code)]

use core::ffi::c_void;

use crate::{ArrowArray, ArrowArrayStream, ArrowSchema, Buf, Slice, Status};

/// One opened connector of a plugin.
#[repr(C)]
#[derive(Debug)]
pub struct Session {
    _opaque: [u8; 0],
}

/// The control half of one running read; the rows come through the Arrow stream.
#[repr(C)]
#[derive(Debug)]
pub struct Reader {
    _opaque: [u8; 0],
}

/// One running write.
#[repr(C)]
#[derive(Debug)]
pub struct Writer {
    _opaque: [u8; 0],
}

/// Services of the host. Valid for the life of the process.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct HostApi {
    /// Size of this table in bytes.
    pub struct_size: usize,
    /// [`crate::ABI_MAJOR`] of the host.
    pub abi_major: u32,
    /// [`crate::ABI_MINOR`] of the host.
    pub abi_minor: u32,
    /// First argument of every service.
    pub ctx: *mut c_void,
    /// Forwards a log record: level (1 error to 5 trace), component, record as JSON.
    pub log: Option<unsafe extern "C" fn(*mut c_void, i32, Slice, Slice)>,
    /// Reports a warning, progress, wait or recovery as JSON.
    pub event: Option<unsafe extern "C" fn(*mut c_void, Slice)>,
    /// 1 where the operation was cancelled.
    pub is_cancelled: Option<unsafe extern "C" fn(*mut c_void) -> i32>,
    /// Conformance tests only: 1 where the plugin shall fail as if it panicked at the entry of this
    /// name, such as `source.check` or `stream.get_next`. Absent in a run.
    pub fault: Option<unsafe extern "C" fn(*mut c_void, Slice) -> i32>,
}

/// The calls of a source.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct SourceApi {
    /// Size of this table in bytes.
    pub struct_size: usize,
    /// Opens a connector with its resolved config (JSON).
    pub open:
        Option<unsafe extern "C" fn(*const HostApi, Slice, *mut *mut Session, *mut Buf) -> Status>,
    /// Frees a session.
    pub close: Option<unsafe extern "C" fn(*mut Session)>,
    /// Cancels whatever the session is doing.
    pub session_cancel: Option<unsafe extern "C" fn(*mut Session)>,
    /// Reaches and authenticates; writes a CheckReport.
    pub check: Option<unsafe extern "C" fn(*mut Session, *mut Buf, *mut Buf) -> Status>,
    /// Lists the streams; writes an array of StreamDescriptor.
    pub discover: Option<unsafe extern "C" fn(*mut Session, Slice, *mut Buf, *mut Buf) -> Status>,
    /// Writes the Arrow schema that reading a stream yields.
    pub schema:
        Option<unsafe extern "C" fn(*mut Session, Slice, *mut ArrowSchema, *mut Buf) -> Status>,
    /// Splits a ReadRequest; writes a ReadPlan.
    pub plan: Option<unsafe extern "C" fn(*mut Session, Slice, *mut Buf, *mut Buf) -> Status>,
    /// Opens one Partition of a ReadRequest.
    pub read: Option<
        unsafe extern "C" fn(
            *mut Session,
            Slice,
            Slice,
            *mut ArrowArrayStream,
            *mut *mut Reader,
            *mut Buf,
        ) -> Status,
    >,
    /// Writes the state for exactly the batches already returned.
    pub reader_checkpoint: Option<unsafe extern "C" fn(*mut Reader, *mut Buf, *mut Buf) -> Status>,
    /// Cancels a read, also one that waits.
    pub reader_cancel: Option<unsafe extern "C" fn(*mut Reader)>,
    /// Frees the control half.
    pub reader_close: Option<unsafe extern "C" fn(*mut Reader)>,
}

/// The calls of a destination.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct DestinationApi {
    /// Size of this table in bytes.
    pub struct_size: usize,
    /// Opens a connector with its resolved config (JSON).
    pub open:
        Option<unsafe extern "C" fn(*const HostApi, Slice, *mut *mut Session, *mut Buf) -> Status>,
    /// Frees a session.
    pub close: Option<unsafe extern "C" fn(*mut Session)>,
    /// Cancels whatever the session is doing.
    pub session_cancel: Option<unsafe extern "C" fn(*mut Session)>,
    /// Reaches and authenticates; writes a CheckReport.
    pub check: Option<unsafe extern "C" fn(*mut Session, *mut Buf, *mut Buf) -> Status>,
    /// Writes the schema of what is at a Place; leaves it released where nothing is.
    pub describe:
        Option<unsafe extern "C" fn(*mut Session, Slice, *mut ArrowSchema, *mut Buf) -> Status>,
    /// Applies schema changes that the host approved.
    pub apply: Option<unsafe extern "C" fn(*mut Session, Slice, Slice, *mut Buf) -> Status>,
    /// Starts a WriteRequest of rows with this schema.
    pub begin: Option<
        unsafe extern "C" fn(
            *mut Session,
            Slice,
            *mut ArrowSchema,
            *mut *mut Writer,
            *mut Buf,
        ) -> Status,
    >,
    /// Stages one batch, invisible to readers; takes the array over.
    pub write: Option<unsafe extern "C" fn(*mut Writer, *mut ArrowArray, *mut Buf) -> Status>,
    /// Publishes what was staged, atomically, with a CommitRecord; writes a WriteReport.
    pub commit: Option<unsafe extern "C" fn(*mut Writer, Slice, *mut Buf, *mut Buf) -> Status>,
    /// Throws away what was staged.
    pub abort: Option<unsafe extern "C" fn(*mut Writer, *mut Buf) -> Status>,
    /// Cancels a write, also one that waits.
    pub writer_cancel: Option<unsafe extern "C" fn(*mut Writer)>,
    /// Frees a writer.
    pub writer_close: Option<unsafe extern "C" fn(*mut Writer)>,
    /// Writes the CommitStatus of a commit token.
    pub committed: Option<unsafe extern "C" fn(*mut Session, Slice, *mut Buf, *mut Buf) -> Status>,
    /// Sweeps what dead runs left at a Place, but for the tokens still alive; writes a report.
    pub recover:
        Option<unsafe extern "C" fn(*mut Session, Slice, Slice, *mut Buf, *mut Buf) -> Status>,
}

/// What a plugin hands over when it is loaded.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct PluginApi {
    /// [`crate::MAGIC`].
    pub magic: u64,
    /// Size of this table in bytes.
    pub struct_size: usize,
    /// [`crate::ABI_MAJOR`] of the plugin.
    pub abi_major: u32,
    /// [`crate::ABI_MINOR`] of the plugin.
    pub abi_minor: u32,
    /// Writes the Descriptor JSON.
    pub descriptor: Option<unsafe extern "C" fn(*mut Buf) -> Status>,
    /// The source, or null.
    pub source: *const SourceApi,
    /// The destination, or null.
    pub destination: *const DestinationApi,
}

/// Type of the symbol [`crate::ENTRY_SYMBOL`].
pub type Entry = unsafe extern "C" fn(*const HostApi, *mut *const PluginApi, *mut Buf) -> Status;

// SAFETY: the host's services may be called from any thread.
unsafe impl Send for HostApi {}
// SAFETY: as above.
unsafe impl Sync for HostApi {}
// SAFETY: a plugin's tables are never written after they are handed over.
unsafe impl Send for PluginApi {}
// SAFETY: as above.
unsafe impl Sync for PluginApi {}
