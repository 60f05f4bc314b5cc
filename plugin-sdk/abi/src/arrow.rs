#![cfg_attr(feature = "layout", allow(unsafe_code, reason = "abi_stable derives unsafe impls"))]

use core::ffi::{c_char, c_int, c_void};

/// A schema of the Arrow C data interface (<https://arrow.apache.org/docs/format/CDataInterface.html>).
#[repr(C)]
#[cfg_attr(feature = "layout", derive(abi_stable::StableAbi))]
#[derive(Debug)]
pub struct ArrowSchema {
    /// Data type in the format string notation of the specification.
    pub format: *const c_char,
    /// Name of the field, or null.
    pub name: *const c_char,
    /// Binary key and value pairs, or null.
    pub metadata: *const c_char,
    /// Bit set of the specification: 2 is nullable.
    pub flags: i64,
    /// Number of `children`.
    pub n_children: i64,
    /// One schema per child.
    pub children: *mut *mut ArrowSchema,
    /// Schema of the dictionary values, or null.
    pub dictionary: *mut ArrowSchema,
    /// Frees the schema; null once it is released.
    pub release: Option<unsafe extern "C" fn(*mut ArrowSchema)>,
    /// Owned by the producer.
    pub private_data: *mut c_void,
}

/// An array of the Arrow C data interface.
#[repr(C)]
#[cfg_attr(feature = "layout", derive(abi_stable::StableAbi))]
#[derive(Debug)]
pub struct ArrowArray {
    /// Number of values.
    pub length: i64,
    /// Number of nulls, or -1 where it was not counted.
    pub null_count: i64,
    /// Values to skip at the start of the buffers.
    pub offset: i64,
    /// Number of `buffers`.
    pub n_buffers: i64,
    /// Number of `children`.
    pub n_children: i64,
    /// The buffers the type prescribes.
    pub buffers: *mut *const c_void,
    /// One array per child.
    pub children: *mut *mut ArrowArray,
    /// The dictionary values, or null.
    pub dictionary: *mut ArrowArray,
    /// Frees the array; null once it is released.
    pub release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    /// Owned by the producer.
    pub private_data: *mut c_void,
}

/// A stream of the Arrow C stream interface
/// (<https://arrow.apache.org/docs/format/CStreamInterface.html>).
#[repr(C)]
#[cfg_attr(feature = "layout", derive(abi_stable::StableAbi))]
#[derive(Debug)]
pub struct ArrowArrayStream {
    /// Writes the schema; 0 or an errno.
    pub get_schema: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowSchema) -> c_int>,
    /// Writes the next array, a released one at the end; 0 or an errno.
    pub get_next: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowArray) -> c_int>,
    /// Error JSON of the last failure; valid until the next call.
    pub get_last_error: Option<unsafe extern "C" fn(*mut ArrowArrayStream) -> *const c_char>,
    /// Frees the stream; null once it is released.
    pub release: Option<unsafe extern "C" fn(*mut ArrowArrayStream)>,
    /// Owned by the producer.
    pub private_data: *mut c_void,
}

impl ArrowArrayStream {
    /// A released stream, to be written by the callee.
    pub const EMPTY: ArrowArrayStream = ArrowArrayStream {
        get_schema: None,
        get_next: None,
        get_last_error: None,
        release: None,
        private_data: core::ptr::null_mut(),
    };
}
