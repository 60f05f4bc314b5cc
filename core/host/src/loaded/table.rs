//! Tables only grow at the end: a plugin of an older minor has shorter ones, whose missing
//! entries read as absent; of a newer one, longer ones, whose tail is not looked at.

use std::{
    mem::{MaybeUninit, offset_of},
    ptr,
};

use sqlflow_plugin_abi::{DestinationApi, PluginApi, SourceApi};

/// # Safety
///
/// `api` is null or points to a plugin's table.
pub(crate) unsafe fn plugin(api: *const PluginApi) -> Option<PluginApi> {
    // SAFETY: by this function's contract; null pointers and absent functions are all zeros.
    unsafe {
        let size = || ptr::read(api.cast::<u8>().add(offset_of!(PluginApi, struct_size)).cast());
        (!api.is_null()).then(|| copy(api, size()))
    }
}

/// # Safety
///
/// As for [`plugin`].
pub(crate) unsafe fn source(api: *const SourceApi) -> Option<SourceApi> {
    // SAFETY: as above.
    unsafe { (!api.is_null()).then(|| copy(api, ptr::read(api.cast::<usize>()))) }
}

/// # Safety
///
/// As for [`plugin`].
pub(crate) unsafe fn destination(api: *const DestinationApi) -> Option<DestinationApi> {
    // SAFETY: as above.
    unsafe { (!api.is_null()).then(|| copy(api, ptr::read(api.cast::<usize>()))) }
}

/// # Safety
///
/// `table` points to `size` readable bytes, and all zeros are a valid `T`.
unsafe fn copy<T>(table: *const T, size: usize) -> T {
    let mut whole = MaybeUninit::<T>::zeroed();
    // SAFETY: by this function's contract.
    unsafe {
        // Half an entry is none: what is read of a pointer is read whole.
        let bytes = size.min(size_of::<T>()) / align_of::<T>() * align_of::<T>();
        ptr::copy_nonoverlapping(table.cast::<u8>(), whole.as_mut_ptr().cast::<u8>(), bytes);
        whole.assume_init()
    }
}
