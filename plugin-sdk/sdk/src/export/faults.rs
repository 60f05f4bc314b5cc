use std::ffi::c_void;

use sqlflow_plugin_abi::{HostApi, Slice};

use super::services;
use crate::host::slice;

/// The names of all entries of the plugin boundary, by which a conformance host orders each to
/// fail (`HostApi.fault`).
pub const ENTRIES: [&str; 29] = [
    "plugin.descriptor",
    "source.open",
    "source.close",
    "source.session_cancel",
    "source.check",
    "source.discover",
    "source.schema",
    "source.plan",
    "source.read",
    "reader.checkpoint",
    "reader.cancel",
    "reader.close",
    "stream.get_schema",
    "stream.get_next",
    "stream.release",
    "destination.open",
    "destination.close",
    "destination.session_cancel",
    "destination.check",
    "destination.describe",
    "destination.apply",
    "destination.begin",
    "destination.committed",
    "destination.recover",
    "writer.write",
    "writer.commit",
    "writer.abort",
    "writer.cancel",
    "writer.close",
];

/// Asks a host whether an entry shall fail; a host outside of tests has nothing to ask.
#[derive(Clone, Copy)]
pub(super) struct Faults(Option<Hook>);

#[derive(Clone, Copy)]
struct Hook {
    context: *mut c_void,
    ask: unsafe extern "C" fn(*mut c_void, Slice) -> i32,
}

// SAFETY: the host's services may be called from any thread.
unsafe impl Send for Hook {}
// SAFETY: as above.
unsafe impl Sync for Hook {}

/// One entry of the boundary, about to be called.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    faults: Faults,
    name: &'static str,
}

impl Faults {
    pub(super) fn of(host: Option<HostApi>) -> Self {
        let hook = |host: HostApi| Some(Hook { context: host.ctx, ask: host.fault? });
        Self(host.and_then(hook))
    }

    /// The entry of this name, one of [`ENTRIES`].
    pub(super) fn at(self, name: &'static str) -> Entry {
        Entry { faults: self, name }
    }
}

impl Entry {
    /// Panics where the host has ordered it.
    pub(super) fn strike(self) {
        if let Some(hook) = self.faults.0 {
            hook.strike(self.name);
        }
    }
}

/// Passes a place inside a connector, such as between two steps of a publish. Where the host has
/// ordered it, panics; a host outside of tests is asked nothing.
pub fn fault_point(name: &'static str) {
    Faults::of(services::latest()).at(name).strike();
}

impl Hook {
    #[allow(clippy::panic, reason = "a panic at an entry is what the host asked for")]
    fn strike(self, entry: &str) {
        // SAFETY: the services live as long as the process, and the name outlives the call.
        let ordered = unsafe { (self.ask)(self.context, slice(entry.as_bytes())) };
        if ordered == 1 {
            panic!("injected fault at {entry}");
        }
    }
}
