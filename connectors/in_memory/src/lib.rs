//! Named tables in memory as source and destination of pipelines, for tests and examples.
//!
//! The tables ([`client`]) are shared by all that the process reads and writes, and gone when it
//! ends. Rows may also stand in the config ([`inline`]), and faults be ordered ([`fault`]).

mod client;
mod destination;
mod error;
mod fault;
mod inline;
mod predicate;
mod source;
mod spec;
mod stream;
mod types;
mod upsert;
mod writer;

use crate::{destination::MemoryDestination, source::MemorySource};

sqlflow_plugin_sdk::export_plugin!(source: MemorySource, destination: MemoryDestination);
