//! Finds, verifies and loads connector plugins: the only crate that loads code (A4).
//!
//! one descriptor → ELF check → manifest → pins → dlopen → layouts → entry → guarded connector.
//! Nothing is loaded before a pipeline names it, and a broken plugin never disturbs another. The guarded handles implement
//! the sdk's own [`SourceConnector`] and [`DestinationConnector`], so that a loaded connector and
//! one linked in are the same to everything above.

mod calls;
mod catalog;
pub mod code;
mod elf;
mod exports;
mod feed;
mod file;
mod fork;
mod inspection;
mod install;
mod library;
mod loaded;
mod lock;
mod mapped;
mod pins;
mod places;
mod registry;
mod resilience;
mod search;
mod services;
mod trust;

pub use sqlflow_plugin_sdk::{DestinationConnector, SourceConnector};

pub use self::{
    calls::{Board, Call, CallSeen, Deadlines, GRACE, LOOK, board, in_step},
    catalog::Entry,
    exports::exports,
    feed::{Feed, FeedOptions, Pulled},
    fork::{Forked, fork},
    inspection::Inspection,
    install::InstallFolder,
    lock::{Lock, Pin},
    registry::{DestinationRegistry, Plugins, SourceRegistry, Verdict},
    resilience::{
        Breaker, Clock, EventSink, Guard, Preset, Protection, Rate, Resilience, ResilienceEvent,
        Retry, SystemClock,
    },
    search::{Folder, Origin, SearchPath},
    services::{FaultHook, Notice, NoticeSink},
    trust::Trust,
};
