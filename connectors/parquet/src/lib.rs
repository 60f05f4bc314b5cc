//! Parquet files as source and destination of rows.
//!
//! The source reads a file, a glob, a folder or a list of them as one stream whose partitions are
//! row groups. The destination writes one file, published by a rename.

mod client;
mod destination;
mod error;
mod source;
mod spec;
mod types;

use destination::ParquetDestination;
use source::ParquetSource;

sqlflow_plugin_sdk::export_plugin!(source: ParquetSource, destination: ParquetDestination);
