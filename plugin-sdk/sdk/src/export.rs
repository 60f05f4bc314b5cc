//! How a connector's Rust traits become the C tables of the plugin boundary.
//!
//! No call unwinds into the host, and no error text can abort it: every entry catches panics,
//! and arrow's own stream exporter, which aborts on both, is not used. Not part of the public
//! API: only [`crate::export_plugin!`] names what is here.
#![allow(unsafe_code)]

mod arrays;
mod buffers;
mod destination;
mod entry;
mod faults;
mod guard;
mod logs;
mod services;
mod session;
mod source;
mod stream;
mod traces;

use sqlflow_plugin_abi::Slice;
#[cfg(feature = "layout")]
pub use sqlflow_plugin_abi::layout;
pub use sqlflow_plugin_abi::{Buf, HostApi, PluginApi, Status};

pub use self::{
    destination::destination_table,
    entry::{Embedded, enter},
    faults::{ENTRIES, fault_point},
    source::source_table,
};
use crate::host::slice;

/// Hands an event to the host.
pub(crate) fn call_event(
    services: &HostApi,
    send: unsafe extern "C" fn(*mut std::ffi::c_void, Slice),
    event: &[u8],
) {
    // SAFETY: the host's table and context live as long as the process, and the bytes outlive
    // the call.
    unsafe { send(services.ctx, slice(event)) }
}

/// Exports a plugin: `export_plugin!(source: MySource)`, `export_plugin!(destination: MyDestination)`
/// or `export_plugin!(source: MySource, destination: MyDestination)`.
///
/// The types implement [`crate::OpenSource`] and [`crate::OpenDestination`]. The manifest is read
/// from `connector.toml` beside the crate's `Cargo.toml` and embedded in the library.
#[macro_export]
macro_rules! export_plugin {
    (source: $source:ty $(,)?) => {
        $crate::export_plugin!(@entry
            Some($crate::export::source_table::<$source>()), None,
            Some(<$source as $crate::OpenSource>::spec), None);
    };
    (destination: $destination:ty $(,)?) => {
        $crate::export_plugin!(@entry
            None, Some($crate::export::destination_table::<$destination>()),
            None, Some(<$destination as $crate::OpenDestination>::spec));
    };
    (source: $source:ty, destination: $destination:ty $(,)?) => {
        $crate::export_plugin!(@entry
            Some($crate::export::source_table::<$source>()),
            Some($crate::export::destination_table::<$destination>()),
            Some(<$source as $crate::OpenSource>::spec),
            Some(<$destination as $crate::OpenDestination>::spec));
    };
    (@entry $source:expr, $destination:expr, $source_spec:expr, $destination_spec:expr) => {
        #[allow(unsafe_code, missing_docs, unreachable_pub)]
        mod sqlflow_plugin_entry {
            use super::*;

            const TEXT: &str = concat!(
                "version = \"", env!("CARGO_PKG_VERSION"), "\"\n",
                "abi = \"1.0\"\n",
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/connector.toml")),
            );

            // SAFETY: a section of its own, which nothing but the host's manifest reader reads.
            #[unsafe(link_section = ".sqlflow_manifest")]
            static MANIFEST: [u8; TEXT.len()] = {
                let mut bytes = [0; TEXT.len()];
                bytes.copy_from_slice(TEXT.as_bytes());
                bytes
            };

            // SAFETY: the one symbol of the plugin contract.
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn sqlflow_plugin_v1(
                host: *const $crate::export::HostApi,
                out: *mut *const $crate::export::PluginApi,
                err: *mut $crate::export::Buf,
            ) -> $crate::export::Status {
                let embedded = $crate::export::Embedded {
                    manifest: &MANIFEST,
                    source: $source,
                    destination: $destination,
                    source_spec: $source_spec,
                    destination_spec: $destination_spec,
                };
                // SAFETY: the arguments are passed on as the host gave them.
                unsafe { $crate::export::enter(host, out, err, embedded) }
            }

            $crate::export_layout!();
        }
    };
}

/// Exports what the host compares the layouts of the boundary's types by.
#[cfg(feature = "layout")]
#[doc(hidden)]
#[macro_export]
macro_rules! export_layout {
    () => {
        extern "C" fn layout_root() -> $crate::export::layout::RootResult {
            $crate::export::layout::root(sqlflow_plugin_v1)
        }

        // The name abi_stable gives the symbol, which `export` compares with `HEADER_SYMBOL`.
        // SAFETY: the symbol is of the type abi_stable gives it.
        #[allow(non_upper_case_globals)]
        #[unsafe(no_mangle)]
        pub static _1as_0lib_1header_0root_bmodule_bloader: $crate::export::layout::Header =
            $crate::export::layout::header(layout_root);
    };
}

/// Without the feature `layout` there is nothing to compare.
#[cfg(not(feature = "layout"))]
#[doc(hidden)]
#[macro_export]
macro_rules! export_layout {
    () => {};
}

/// The macro has to write the symbol as a name.
#[cfg(feature = "layout")]
const _: () = {
    let (given, written) =
        (layout::HEADER_SYMBOL.as_bytes(), b"_1as_0lib_1header_0root_bmodule_bloader\0");
    assert!(given.len() == written.len());
    let mut at = 0;
    while at < given.len() {
        assert!(given[at] == written[at]);
        at += 1;
    }
};
