//! How a host sees before it calls a plugin written in Rust that both mean the same by the frozen
//! types: `abi_stable` compares their layouts, field by field, when the library is loaded.
//!
//! The tables that grow are opaque to it, because its checker refuses a new host with an old
//! plugin. A plugin without this module, in C or with the feature off, is loaded by its C symbol.
#![allow(unsafe_code)]

use core::{ffi::c_void, mem};
use std::{
    string::{String, ToString},
    vec::Vec,
};

use abi_stable::{
    StableAbi, declare_root_module_statics,
    library::{CheckTypeLayout, LibHeader, LibraryError, RootModule, RootModuleResult},
    prefix_type::{PrefixRefTrait, PrefixTypeTrait},
    sabi_types::VersionStrings,
    std_types::RResult,
};

use crate::{ArrowArray, ArrowArrayStream, ArrowSchema, Buf, Entry, Slice, Status};

pub use abi_stable::library::{
    AbiHeaderRef as HeaderRef, LibHeader as Header, RootModuleResult as RootResult,
};

/// The symbol of the header by which the layouts are found, with its closing NUL.
pub const HEADER_SYMBOL: &str = abi_stable::library::ROOT_MODULE_LOADER_NAME_WITH_NUL;

/// What a plugin shows of its layouts. It has these two fields for ever.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = RootRef, prefix_fields = RootFields)))]
#[allow(missing_debug_implementations, reason = "it is two functions")]
pub struct Root {
    /// [`Entry`], with the tables that grow left out.
    pub entry: unsafe extern "C" fn(*const c_void, *mut *const c_void, *mut Buf) -> Status,
    /// Never called: its arguments draw the frozen types into the comparison.
    #[sabi(last_prefix_field)]
    pub frozen: extern "C" fn(Slice, Buf, ArrowSchema, ArrowArray, ArrowArrayStream),
}

impl RootModule for RootRef {
    declare_root_module_statics! {RootRef}
    const BASE_NAME: &'static str = "sqlflow_plugin";
    const NAME: &'static str = "sqlflow_plugin";
    const VERSION_STRINGS: VersionStrings = VersionStrings::new("1.0.0");
}

extern "C" fn frozen(_: Slice, _: Buf, _: ArrowSchema, _: ArrowArray, _: ArrowArrayStream) {}

/// The header a plugin exports as [`HEADER_SYMBOL`]; `root` returns what [`root`] makes.
pub const fn header(root: extern "C" fn() -> RootModuleResult) -> Header {
    // SAFETY: `root` returns a `RootRef`, by this function's contract.
    unsafe { LibHeader::from_constructor::<RootRef>(root, CheckTypeLayout::Yes) }
}

/// The root module of a plugin with this entry.
pub fn root(entry: Entry) -> RootResult {
    // SAFETY: the types differ in what their pointers lead to only.
    let entry = unsafe { mem::transmute::<Entry, OpaqueEntry>(entry) };
    let root = Root { entry, frozen }.leak_into_prefix();
    // SAFETY: the host reads it as a `RootRef` again, after it has compared the layouts.
    RResult::ROk(unsafe { root.to_prefix_ref().cast() })
}

type OpaqueEntry = unsafe extern "C" fn(*const c_void, *mut *const c_void, *mut Buf) -> Status;

/// Why the layouts of a plugin could not be compared, or are not ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayoutError {
    /// The plugin was built with another version of `abi_stable`, or says nothing of its layouts:
    /// its C symbol may be used.
    Unknown,
    /// The frozen types are not the same: what differs, a line each.
    Mismatch(String),
}

/// Compares the layouts behind a plugin's header with ours and gives the plugin's entry.
///
/// # Errors
///
/// They differ, or cannot be compared.
pub fn verify(header: HeaderRef) -> Result<Entry, LayoutError> {
    if !header.is_valid() {
        return Err(LayoutError::Unknown);
    }
    let header = header.upgrade().map_err(|error| mismatch(&error))?;
    if header.layout().is_none() {
        return Err(LayoutError::Unknown);
    }
    let root = header.init_root_module::<RootRef>().map_err(|error| mismatch(&error))?;
    // SAFETY: as in `root`, back again.
    Ok(unsafe { mem::transmute::<OpaqueEntry, Entry>(root.entry()) })
}

/// The lines that say what differs: the whole text has hundreds.
fn mismatch(error: &LibraryError) -> LayoutError {
    let text = error.to_string();
    let errors = text.lines().filter_map(|line| line.strip_prefix("Error:")).map(str::trim);
    let mut lines: Vec<&str> = errors.filter(|line| !line.is_empty()).collect();
    lines.dedup();
    LayoutError::Mismatch(if lines.is_empty() { text } else { lines.join("\n") })
}
