//! A plugin that misbehaves wherever its settings say: `at` names an entry, `how` the misbehaviour.
//!
//! It is built with the sdk, as any author's is; what lies about the C tables themselves is
//! `c/liar.c`.

mod deadly;
mod destination;
mod script;
mod source;

use destination::HostileDestination;
use source::HostileSource;

sqlflow_plugin_sdk::export_plugin!(source: HostileSource, destination: HostileDestination);
