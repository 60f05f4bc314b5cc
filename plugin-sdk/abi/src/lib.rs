//! The frozen boundary between the SQLFlow host and its plugins.
//!
//! Only `repr(C)` types, version numbers and symbol names; no logic and no dependency, but for the
//! feature `layout`. The same contract in C is `include/sqlflow_abi_v1.h`; a test compares every
//! size and offset.
//!
//! # Rules
//!
//! 1. Tables only grow at the end; `struct_size` says what is there; an optional entry may be
//!    absent (`None`).
//! 2. Frozen structs ([`Slice`], [`Buf`], the Arrow structs) never change.
//! 3. Every call returns a [`Status`]; the details are Error JSON in the `err` buffer.
//! 4. Whoever allocates frees, through `release`.
//! 5. No call may unwind.
//! 6. A session, reader or writer is used by one thread at a time and may move between threads;
//!    a `*_cancel` entry may be called from any thread at any time and never blocks.
//! 7. The library is never unloaded.
//! 8. Control messages are UTF-8 JSON: ignore unknown keys, default missing ones.
#![no_std]

#[cfg(feature = "layout")]
extern crate std;

mod arrow;
mod frozen;
#[cfg(feature = "layout")]
pub mod layout;
mod tables;

pub use arrow::{ArrowArray, ArrowArrayStream, ArrowSchema};
pub use frozen::{
    Buf, STATUS_ABI, STATUS_CANCELLED, STATUS_ERROR, STATUS_OK, STATUS_PANIC, STATUS_UNSUPPORTED,
    Slice, Status,
};
pub use tables::{DestinationApi, Entry, HostApi, PluginApi, Reader, Session, SourceApi, Writer};

/// Major version: a host loads plugins of its own major only.
pub const ABI_MAJOR: u32 = 1;
/// Minor version: counts the entries appended to the tables.
pub const ABI_MINOR: u32 = 0;
/// First field of [`PluginApi`]: the bytes `SQLFLOW1`, so that a wrong library is recognised.
pub const MAGIC: u64 = u64::from_be_bytes(*b"SQLFLOW1");
/// Name of the one symbol every plugin exports, of type [`Entry`].
pub const ENTRY_SYMBOL: &str = "sqlflow_plugin_v1";
/// Name of the section that holds `connector.toml`, read without running code.
pub const MANIFEST_SECTION: &str = ".sqlflow_manifest";
