use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use sqlflow_plugin_sdk::{
    CheckReport, CommitStatus, CommitToken, DestinationConnector, Place, Result, SchemaChange,
    WriteRequest, Writer,
};

use super::{session::Session, writer::ResilientWriter};

/// A destination whose calls are guarded.
///
/// Each of these may be made twice: `apply` and `begin` promise that in the contract, the others
/// change nothing or sweep what is already gone.
pub(super) struct ResilientDestination(pub(super) Session<dyn DestinationConnector>);

impl DestinationConnector for ResilientDestination {
    fn check(&mut self) -> Result<CheckReport> {
        self.0.call("check", |destination| destination.check())
    }

    fn describe(&mut self, place: &Place) -> Result<Option<SchemaRef>> {
        self.0.call("describe", |destination| destination.describe(place))
    }

    fn apply(&mut self, place: &Place, changes: &[SchemaChange]) -> Result<()> {
        self.0.call("apply", |destination| destination.apply(place, changes))
    }

    fn begin(&mut self, request: &WriteRequest) -> Result<Box<dyn Writer>> {
        let writer = self.0.call("begin", |destination| destination.begin(request))?;
        let (guard, open) = (self.0.guard.clone(), Arc::clone(&self.0.open));
        Ok(Box::new(ResilientWriter { writer, guard, open }))
    }

    fn committed(&mut self, token: &CommitToken) -> Result<CommitStatus> {
        self.0.call("committed", |destination| destination.committed(token))
    }

    fn recover(&mut self, place: &Place, live: &[CommitToken]) -> Result<()> {
        self.0.call("recover", |destination| destination.recover(place, live))
    }
}
