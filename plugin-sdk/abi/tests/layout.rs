//! Layouts of plugins that mean something else by the frozen types are told from ours.
#![cfg(feature = "layout")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unsafe_code, reason = "it plays a plugin")]

use std::{mem, ptr};

use abi_stable::{
    StableAbi, declare_root_module_statics,
    library::{CheckTypeLayout, RootModule},
    prefix_type::{PrefixRefTrait, PrefixTypeTrait},
    sabi_types::VersionStrings,
    std_types::RResult,
};
use sqlflow_plugin_abi::{
    ABI_MAJOR, ABI_MINOR, Buf, HostApi, PluginApi, STATUS_OK, Status,
    layout::{self, Header, HeaderRef, LayoutError, RootResult, verify},
};

/// The header as the loader finds it: by the address of the symbol.
fn found(header: &'static Header) -> HeaderRef {
    // SAFETY: a header begins with what a `HeaderRef` refers to.
    unsafe { mem::transmute::<&'static Header, HeaderRef>(header) }
}

unsafe extern "C" fn entry(_: *const HostApi, _: *mut *const PluginApi, _: *mut Buf) -> Status {
    STATUS_OK
}

extern "C" fn our_root() -> RootResult {
    layout::root(entry)
}

#[test]
fn a_plugin_of_the_same_types_gives_its_entry() {
    static HEADER: Header = layout::header(our_root);
    let found = verify(found(&HEADER)).unwrap();
    let mut err = Buf::EMPTY;
    // SAFETY: the entry above touches none of its arguments.
    assert_eq!(unsafe { found(ptr::null(), ptr::null_mut(), &raw mut err) }, STATUS_OK);
}

/// abi_stable refuses types of a package whose version is not compatible with ours: the version is
/// that of the ABI, whatever the version of the program.
///
/// Mutation tried: the package takes the version of the workspace; red.
#[test]
fn the_package_has_the_version_of_the_abi() {
    let expected = format!("{ABI_MAJOR}.{ABI_MINOR}.");
    assert!(env!("CARGO_PKG_VERSION").starts_with(&expected), "{}", env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_header_of_another_abi_stable_is_not_looked_into() {
    static BYTES: [u64; 64] = [7; 64];
    // SAFETY: there are more bytes than the magic string and the version.
    let header = unsafe { mem::transmute::<&'static [u64; 64], HeaderRef>(&BYTES) };
    assert_eq!(verify(header).err(), Some(LayoutError::Unknown));
}

/// A plugin whose sdk has the fields of a `Slice` the other way round.
mod swapped {
    #![allow(dead_code, reason = "the fields are compared, not used")]

    use core::ffi::c_void;

    use super::*;
    use sqlflow_plugin_abi::{ArrowArray, ArrowArrayStream, ArrowSchema};

    #[repr(C)]
    #[derive(StableAbi)]
    pub(super) struct Slice {
        pub(super) len: usize,
        pub(super) ptr: *const u8,
    }

    #[repr(C)]
    #[derive(StableAbi)]
    #[sabi(kind(Prefix(prefix_ref = RootRef, prefix_fields = RootFields)))]
    pub(super) struct Root {
        pub(super) entry:
            unsafe extern "C" fn(*const c_void, *mut *const c_void, *mut Buf) -> Status,
        #[sabi(last_prefix_field)]
        pub(super) frozen: extern "C" fn(Slice, Buf, ArrowSchema, ArrowArray, ArrowArrayStream),
    }

    impl RootModule for RootRef {
        declare_root_module_statics! {RootRef}
        const BASE_NAME: &'static str = "sqlflow_plugin";
        const NAME: &'static str = "sqlflow_plugin";
        const VERSION_STRINGS: VersionStrings = VersionStrings::new("1.0.0");
    }

    unsafe extern "C" fn entry(_: *const c_void, _: *mut *const c_void, _: *mut Buf) -> Status {
        STATUS_OK
    }

    extern "C" fn frozen(_: Slice, _: Buf, _: ArrowSchema, _: ArrowArray, _: ArrowArrayStream) {}

    extern "C" fn root() -> RootResult {
        let root = Root { entry, frozen }.leak_into_prefix();
        // SAFETY: it is read as a root again only where the layouts are the same.
        RResult::ROk(unsafe { root.to_prefix_ref().cast() })
    }

    // SAFETY: `root` gives a `RootRef`.
    pub(super) static HEADER: Header =
        unsafe { Header::from_constructor::<RootRef>(root, CheckTypeLayout::Yes) };
    // SAFETY: as above.
    pub(super) static SILENT: Header =
        unsafe { Header::from_constructor::<RootRef>(root, CheckTypeLayout::No) };
}

/// Mutation tried: `verify` takes the root module unchecked; red.
#[test]
fn a_frozen_struct_with_two_fields_swapped_is_told_in_a_few_lines() {
    let Err(LayoutError::Mismatch(told)) = verify(found(&swapped::HEADER)) else {
        unreachable!("the layouts differ")
    };
    assert!(told.contains("unexpected field"), "{told}");
    assert!(told.lines().count() < 5, "{told}");
}

/// Mutation tried: `verify` does not ask whether there is a layout; red.
#[test]
fn a_plugin_that_hides_its_layouts_is_not_taken_for_a_checked_one() {
    assert_eq!(verify(found(&swapped::SILENT)).err(), Some(LayoutError::Unknown));
}
