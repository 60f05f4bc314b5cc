#![cfg_attr(feature = "layout", allow(unsafe_code, reason = "abi_stable derives unsafe impls"))]

use core::ptr;

/// What a call says: one of the `STATUS_` constants. Anything else is read as an error.
pub type Status = i32;

/// The call did what it was asked for.
pub const STATUS_OK: Status = 0;
/// The call failed; `err` holds Error JSON.
pub const STATUS_ERROR: Status = 1;
/// The plugin panicked; `err` holds Error JSON. The object must only be closed afterwards.
pub const STATUS_PANIC: Status = 2;
/// The call was cancelled.
pub const STATUS_CANCELLED: Status = 3;
/// The other side speaks another version.
pub const STATUS_ABI: Status = 4;
/// The capability is absent.
pub const STATUS_UNSUPPORTED: Status = 5;

/// Bytes lent for the length of one call.
#[repr(C)]
#[cfg_attr(feature = "layout", derive(abi_stable::StableAbi))]
#[derive(Debug, Clone, Copy)]
pub struct Slice {
    /// First byte; may be null where `len` is 0.
    pub ptr: *const u8,
    /// Number of bytes.
    pub len: usize,
}

/// Bytes handed over: the receiver calls `release` exactly once.
#[repr(C)]
#[cfg_attr(feature = "layout", derive(abi_stable::StableAbi))]
#[derive(Debug)]
pub struct Buf {
    /// First byte; may be null where `len` is 0.
    pub ptr: *mut u8,
    /// Number of bytes in use.
    pub len: usize,
    /// Number of bytes allocated.
    pub cap: usize,
    /// Frees the bytes; null where there is nothing to free.
    pub release: Option<unsafe extern "C" fn(*mut Buf)>,
}

impl Buf {
    /// A buffer that holds nothing, to be filled by the callee.
    pub const EMPTY: Buf = Buf { ptr: ptr::null_mut(), len: 0, cap: 0, release: None };
}
