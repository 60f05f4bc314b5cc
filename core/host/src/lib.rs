//! Finds, verifies and loads connector plugins: the only crate that loads code (A4).
//!
//! manifest → ELF check → dlopen → registry → guarded connector. Nothing is loaded before a
//! pipeline names it, and a broken plugin never disturbs another. The guarded handles implement
//! the sdk's own [`SourceConnector`] and [`DestinationConnector`], so that a loaded connector and
//! one linked in are the same to everything above.

mod catalog;
pub mod code;
mod elf;
mod exports;
mod feed;
mod library;
mod loaded;
mod registry;
mod search;
mod services;

pub use sqlflow_plugin_sdk::{DestinationConnector, SourceConnector};

pub use self::{
    catalog::{Entry, Trust},
    exports::exports,
    feed::{Feed, FeedOptions, Pulled},
    registry::{DestinationRegistry, Plugins, SourceRegistry},
    search::{Folder, SearchPath},
    services::{FaultHook, Notice, NoticeSink},
};
