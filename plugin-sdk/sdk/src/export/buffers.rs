use std::slice;

use serde::{Serialize, de::DeserializeOwned};
use sqlflow_plugin_abi::{Buf, Slice};

use crate::{Error, ErrorKind, Result};

/// Writes bytes into a buffer of the caller's, which then frees them through `release`.
///
/// # Safety
///
/// `out` is null or points to a buffer that holds nothing.
pub(super) unsafe fn fill(out: *mut Buf, bytes: Vec<u8>) {
    if out.is_null() {
        return;
    }
    let mut bytes = std::mem::ManuallyDrop::new(bytes);
    let buf = Buf {
        ptr: bytes.as_mut_ptr(),
        len: bytes.len(),
        cap: bytes.capacity(),
        release: Some(release),
    };
    // SAFETY: by this function's contract.
    unsafe { out.write(buf) }
}

unsafe extern "C" fn release(buf: *mut Buf) {
    // SAFETY: the caller passes the buffer that `fill` wrote, once; it is emptied so that a
    // second call frees nothing.
    unsafe {
        let filled = buf.replace(Buf::EMPTY);
        if filled.release.is_some() {
            drop(Vec::from_raw_parts(filled.ptr, filled.len, filled.cap));
        }
    }
}

/// The bytes of a slice.
///
/// # Safety
///
/// The slice is valid for the length of the call.
pub(super) unsafe fn bytes<'a>(slice: Slice) -> &'a [u8] {
    if slice.len == 0 || slice.ptr.is_null() {
        return &[];
    }
    // SAFETY: by this function's contract.
    unsafe { slice::from_raw_parts(slice.ptr, slice.len) }
}

/// Reads a control message.
///
/// # Safety
///
/// As for [`bytes`].
pub(super) unsafe fn read_json<T: DeserializeOwned>(slice: Slice) -> Result<T> {
    // SAFETY: by this function's contract.
    let bytes = unsafe { bytes(slice) };
    serde_json::from_slice(bytes).map_err(|error| {
        Error::new(ErrorKind::Bug, "the host sent a message the plugin cannot read")
            .caused_by(&error)
    })
}

/// Writes a control message.
///
/// # Safety
///
/// As for [`fill`].
pub(super) unsafe fn write_json(out: *mut Buf, message: &impl Serialize) -> Result<()> {
    let bytes = serde_json::to_vec(message).map_err(|error| {
        Error::new(ErrorKind::Bug, "the plugin's answer cannot be written as JSON")
            .caused_by(&error)
    })?;
    // SAFETY: by this function's contract.
    unsafe { fill(out, bytes) };
    Ok(())
}
