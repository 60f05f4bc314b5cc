use std::{
    mem::MaybeUninit,
    ptr,
    sync::{PoisonError, RwLock},
};

use sqlflow_plugin_abi::HostApi;

static LATEST: RwLock<Option<HostApi>> = RwLock::new(None);

/// Copies the services of a host, `None` where there are none. A host of an older minor has a
/// shorter table, whose missing services read as absent.
///
/// # Safety
///
/// `host` is null or points to a table of the size that its first field says.
pub(super) unsafe fn read(host: *const HostApi) -> Option<HostApi> {
    if host.is_null() {
        return None;
    }
    let mut whole = MaybeUninit::<HostApi>::zeroed();
    // SAFETY: by this function's contract; null pointers and absent functions are all zeros.
    unsafe {
        let size = ptr::read(host.cast::<usize>()).min(size_of::<HostApi>());
        ptr::copy_nonoverlapping(host.cast::<u8>(), whole.as_mut_ptr().cast::<u8>(), size);
        Some(whole.assume_init())
    }
}

/// Keeps the host that loaded the plugin last: it hears what belongs to no session.
pub(super) fn remember(host: HostApi) {
    *LATEST.write().unwrap_or_else(PoisonError::into_inner) = Some(host);
}

/// The host that loaded the plugin last.
pub(super) fn latest() -> Option<HostApi> {
    *LATEST.read().unwrap_or_else(PoisonError::into_inner)
}
