use arrow::{array::RecordBatch, datatypes::SchemaRef};
use sqlflow_plugin_sdk::{
    CheckReport, CommitRecord, CommitStatus, CommitToken, ConfigSpec, DestinationConnector, Host,
    OpenDestination, Place, Result, WriteReport, WriteRequest, Writer,
};

use crate::script::{self, Script};

/// Counts rows and keeps none.
pub(crate) struct FaultyDestination(Script);

impl OpenDestination for FaultyDestination {
    type Config = Script;

    fn spec() -> ConfigSpec {
        script::spec()
    }

    fn open(script: Script, _: Host) -> Result<Self> {
        script.reach("destination.open")?;
        Ok(Self(script))
    }
}

impl DestinationConnector for FaultyDestination {
    fn check(&mut self) -> Result<CheckReport> {
        self.0.reach("destination.check")?;
        Ok(CheckReport::default().passed("reach it", "it is up"))
    }

    fn describe(&mut self, _: &Place) -> Result<Option<SchemaRef>> {
        Ok(None)
    }

    fn begin(&mut self, _: &WriteRequest) -> Result<Box<dyn Writer>> {
        self.0.reach("destination.begin")?;
        Ok(Box::new(Counting { script: self.0.clone(), rows: 0 }))
    }

    /// It publishes before the answer is lost.
    fn committed(&mut self, _: &CommitToken) -> Result<CommitStatus> {
        self.0.reach("destination.committed")?;
        Ok(CommitStatus::Committed)
    }
}

struct Counting {
    script: Script,
    rows: u64,
}

impl Writer for Counting {
    fn write(&mut self, batch: RecordBatch) -> Result<()> {
        self.script.reach("writer.write")?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    fn commit(self: Box<Self>, _: &CommitRecord) -> Result<WriteReport> {
        self.script.reach("writer.commit")?;
        Ok(WriteReport { rows: self.rows, ..WriteReport::default() })
    }

    fn abort(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}
