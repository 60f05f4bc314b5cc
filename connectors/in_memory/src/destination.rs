use arrow::datatypes::SchemaRef;
use sqlflow_plugin_sdk::{
    CancelToken, CheckReport, CommitStatus, CommitToken, ConfigSpec, DestinationConnector, Host,
    OpenDestination, Place, Result, WriteMode, WriteRequest, Writer,
};

use crate::{
    client,
    error::config,
    fault::{Call, Fault},
    spec::{DestinationConfig, destination},
    writer::{MemoryWriter, same_columns},
};

/// Writes tables in memory.
#[derive(Debug)]
pub(crate) struct MemoryDestination {
    fault: Fault,
    cancel: CancelToken,
}

impl OpenDestination for MemoryDestination {
    type Config = DestinationConfig;

    fn spec() -> ConfigSpec {
        destination()
    }

    fn open(config: DestinationConfig, host: Host) -> Result<Self> {
        let opened = Self { fault: config.fault.checked()?, cancel: host.cancel_token() };
        opened.strike(Call::Open)?;
        Ok(opened)
    }
}

impl MemoryDestination {
    fn strike(&self, call: Call) -> Result<()> {
        self.fault.strike(call, 0, &[&self.cancel])
    }
}

impl DestinationConnector for MemoryDestination {
    fn check(&mut self) -> Result<CheckReport> {
        self.strike(Call::Check)?;
        let tables = client::tables().len();
        Ok(CheckReport::default().passed("write to memory", format!("{tables} tables")))
    }

    fn describe(&mut self, place: &Place) -> Result<Option<SchemaRef>> {
        self.strike(Call::Describe)?;
        Ok(client::table(&place.0).map(|table| table.schema()))
    }

    fn begin(&mut self, request: &WriteRequest) -> Result<Box<dyn Writer>> {
        self.strike(Call::Begin)?;
        if request.mode == WriteMode::Upsert && request.keys.is_empty() {
            return Err(config("mode upsert needs a key"));
        }
        if let Some(there) = client::table(&request.place.0)
            && request.mode != WriteMode::Replace
        {
            same_columns(request, &request.schema, &there.schema())?;
        }
        Ok(Box::new(MemoryWriter::new(request, &self.fault, &self.cancel)))
    }

    fn committed(&mut self, token: &CommitToken) -> Result<CommitStatus> {
        Ok(client::committed(token).map_or(CommitStatus::Unknown, |_| CommitStatus::Committed))
    }
}

#[cfg(test)]
mod tests;
