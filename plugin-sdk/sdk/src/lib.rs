//! What the author of a SQLFlow connector writes against.
//!
//! A connector implements [`SourceConnector`], [`DestinationConnector`] or both, declares its
//! settings in a [`ConfigSpec`] and ships as a shared library made by [`export_plugin!`]. The
//! host's own handles of loaded plugins implement the same two traits.
//!
//! Calls block. The host runs each on a thread of its own and never two at a time on one
//! connector; a stream or writer may move between threads. Retries, rate limits, renaming and
//! type conversion belong to the host.
//!
//! A source whose client is async implements `AsyncSourceConnector` instead (feature `runtime`).
//! What a connector logs through [`log`] or `tracing`, up to debug, reaches the host's log; a panic
//! ends the call that it strikes with an error.
#![deny(missing_docs)]

#[cfg(feature = "runtime")]
mod async_source;
mod cancel;
mod descriptor;
mod destination;
mod error;
#[doc(hidden)]
pub mod export;
mod host;
mod manifest;
mod read;
pub mod rows;
#[cfg(feature = "runtime")]
pub mod runtime;
mod schema_json;
mod source;
mod spec;
pub mod sql_types;
mod write;

#[cfg(feature = "runtime")]
pub use self::async_source::{Async, AsyncBatchStream, AsyncSourceConnector};
#[doc(no_inline)]
pub use log;

#[doc(no_inline)]
pub use arrow;

pub use self::{
    cancel::CancelToken,
    descriptor::Descriptor,
    destination::{DestinationConnector, OpenDestination, Writer},
    error::{Error, ErrorKind, Result, Retry},
    export::{ENTRIES, fault_point},
    host::Host,
    manifest::{ConnectorKind, Delivery, DestinationCapabilities, Manifest, SourceCapabilities},
    read::{
        CheckItem, CheckReport, Comparison, Cursor, Filter, FilterSupport, Partition, ReadPlan,
        ReadRequest, StreamDescriptor, StreamName,
    },
    schema_json::{schema_from_json, schema_to_json},
    source::{BatchStream, OpenSource, SourceConnector},
    spec::{ConfigProblem, ConfigSpec, Field, FieldKind, ProblemKind},
    write::{
        CommitRecord, CommitStatus, CommitToken, Place, SchemaChange, WriteMode, WriteReport,
        WriteRequest,
    },
};
