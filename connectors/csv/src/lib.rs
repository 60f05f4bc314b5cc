//! CSV files as source and destination of pipelines.
//!
//! Reading splits files into ranges that begin at records, so that several threads parse one file
//! ([`source`]). Writing stages a file beside its place and renames it ([`destination`]).

mod client;
mod column;
mod destination;
mod error;
mod format;
mod header;
mod infer;
mod moments;
mod numbers;
mod ranges;
mod records;
mod source;
mod spec;
mod split;
mod staging;
mod stream;
mod table;
mod types;
mod writer;

use crate::{destination::CsvDestination, source::CsvSource};

sqlflow_plugin_sdk::export_plugin!(source: CsvSource, destination: CsvDestination);
