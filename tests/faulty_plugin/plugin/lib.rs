//! A connector whose other side fails as its settings say. What has failed stays in a log beside the
//! project, so that a new session, or another process, knows how often it was tried.

mod destination;
mod script;
mod source;

use destination::FaultyDestination;
use source::FaultySource;

sqlflow_plugin_sdk::export_plugin!(source: FaultySource, destination: FaultyDestination);
