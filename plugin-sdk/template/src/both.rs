//! Reads text files and writes CSV files. Put what your connector does in their place.

mod destination;
mod source;

use crate::{destination::Destination, source::Source};

sqlflow_plugin_sdk::export_plugin!(source: Source, destination: Destination);
