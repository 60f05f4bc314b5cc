use arrow::{array::RecordBatch, datatypes::SchemaRef};
use sqlflow_plugin_sdk::{
    CancelToken, CheckReport, CommitRecord, CommitStatus, CommitToken, ConfigSpec,
    DestinationConnector, Host, OpenDestination, Place, Result, SchemaChange, WriteReport,
    WriteRequest, Writer,
};

use crate::script::{self, Script};

/// Counts rows and keeps none, unless its script says otherwise.
pub(crate) struct HostileDestination(Script);

impl OpenDestination for HostileDestination {
    type Config = Script;

    fn spec() -> ConfigSpec {
        script::spec()
    }

    fn open(script: Script, host: Host) -> Result<Self> {
        script.reach("destination.open")?;
        let hook = script.clone();
        host.cancel_token().on_cancel(move || hook.strike("destination.cancel"));
        Ok(Self(script))
    }
}

impl DestinationConnector for HostileDestination {
    fn check(&mut self) -> Result<CheckReport> {
        self.0.reach("destination.check")?;
        Ok(CheckReport::default())
    }

    fn describe(&mut self, _: &Place) -> Result<Option<SchemaRef>> {
        self.0.reach("destination.describe")?;
        Ok(None)
    }

    fn apply(&mut self, _: &Place, _: &[SchemaChange]) -> Result<()> {
        self.0.reach("destination.apply")
    }

    fn begin(&mut self, _: &WriteRequest) -> Result<Box<dyn Writer>> {
        self.0.reach("destination.begin")?;
        let cancel = CancelToken::new();
        let hook = self.0.clone();
        cancel.on_cancel(move || hook.strike("writer.cancel"));
        Ok(Box::new(Counting { script: self.0.clone(), rows: 0, cancel }))
    }

    fn committed(&mut self, _: &CommitToken) -> Result<CommitStatus> {
        self.0.reach("destination.committed")?;
        Ok(CommitStatus::Unknown)
    }

    fn recover(&mut self, _: &Place, _: &[CommitToken]) -> Result<()> {
        self.0.reach("destination.recover")
    }
}

impl Drop for HostileDestination {
    fn drop(&mut self) {
        self.0.strike("destination.drop");
    }
}

struct Counting {
    script: Script,
    rows: u64,
    cancel: CancelToken,
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
        self.script.reach("writer.abort")
    }

    fn cancel_token(&self) -> CancelToken {
        self.script.strike("writer.cancel_token");
        self.cancel.clone()
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        self.script.strike("writer.drop");
    }
}
