//! A plugin beside the frozen types it was built with; `tests/layout.rs` puts it there. Whoever
//! calls it hears of it.

use crate::{Buf, Entry, HostApi, PluginApi, STATUS_ERROR, Status, layout};

const MANIFEST: &[u8; 72] =
    b"version='1.0.0'\nabi='1.0'\nabi_min='1.0'\nname='swapped'\nkinds=['source']\n";

// SAFETY: a section of its own, which nothing but the host's manifest reader reads.
#[unsafe(link_section = ".sqlflow_manifest")]
#[used]
static EMBEDDED: [u8; 72] = *MANIFEST;

const CALLED: &[u8] = b"{\"message\":\"it was called\"}";

/// The one symbol of a plugin.
// SAFETY: the name and type are those of the contract.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sqlflow_plugin_v1(
    _: *const HostApi,
    _: *mut *const PluginApi,
    err: *mut Buf,
) -> Status {
    let (ptr, len) = (CALLED.as_ptr().cast_mut(), CALLED.len());
    // SAFETY: the host gives a place for a buffer.
    unsafe { err.write(Buf { ptr, len, cap: len, release: None }) };
    STATUS_ERROR
}

extern "C" fn layout_root() -> layout::RootResult {
    layout::root(sqlflow_plugin_v1 as Entry)
}

// SAFETY: the symbol is of the type abi_stable gives it.
#[allow(non_upper_case_globals, missing_docs)]
#[unsafe(no_mangle)]
pub static _1as_0lib_1header_0root_bmodule_bloader: layout::Header = layout::header(layout_root);
