use arrow::{array::RecordBatch, datatypes::SchemaRef};
use serde::de::DeserializeOwned;

use crate::{
    CancelToken, CheckReport, CommitRecord, CommitStatus, CommitToken, ConfigSpec, Error, Host,
    Place, Result, SchemaChange, WriteReport, WriteRequest,
};

/// A place rows go to.
///
/// The host opens it once per run, then calls `begin` once per write. A writer's rows stay
/// invisible until it commits.
pub trait DestinationConnector: Send {
    /// Reaches the other side and authenticates; writes nothing.
    ///
    /// # Errors
    ///
    /// Only what keeps it from finding out; what it found wrong stands in the report.
    fn check(&mut self) -> Result<CheckReport>;

    /// The schema of what is at `place` now, `None` where nothing is.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::Unsupported`] by default.
    fn describe(&mut self, place: &Place) -> Result<Option<SchemaRef>> {
        let _ = place;
        Err(Error::unsupported("describing what is at a place"))
    }

    /// Applies schema changes; the host has approved each by the user's policy.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::Unsupported`] by default.
    fn apply(&mut self, place: &Place, changes: &[SchemaChange]) -> Result<()> {
        let _ = (place, changes);
        Err(Error::unsupported("changing the schema of a place"))
    }

    /// Starts a write. Several may run at a time, to different places.
    ///
    /// # Errors
    ///
    /// The place cannot be written, or not in this mode or with these columns.
    fn begin(&mut self, request: &WriteRequest) -> Result<Box<dyn Writer>>;

    /// Says what became of a commit; asked on resume.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::Unsupported`] by default.
    fn committed(&mut self, token: &CommitToken) -> Result<CommitStatus> {
        let _ = token;
        Err(Error::unsupported("asking for a commit"))
    }

    /// Sweeps what dead runs left at `place` (temporary files, staging tables, uploads), but for
    /// the writes whose tokens are still `live`. The default has nothing to sweep.
    ///
    /// # Errors
    ///
    /// Something that is left cannot be removed.
    fn recover(&mut self, place: &Place, live: &[CommitToken]) -> Result<()> {
        let _ = (place, live);
        Ok(())
    }
}

/// A destination that can be opened from a config; what [`crate::export_plugin!`] takes.
pub trait OpenDestination: DestinationConnector + Sized + 'static {
    /// The typed config; its serde form follows the spec's field names.
    type Config: DeserializeOwned;

    /// The settings it takes.
    fn spec() -> ConfigSpec;

    /// Opens it. Connecting may wait until the first call that needs it.
    ///
    /// # Errors
    ///
    /// The config is well-formed but cannot work.
    fn open(config: Self::Config, host: Host) -> Result<Self>;
}

/// One running write: batches are staged, then published together or not at all.
///
/// Dropping a writer that did not commit leaves nothing that readers can see.
pub trait Writer: Send {
    /// Stages a batch of the schema given to `begin`, invisible to readers.
    ///
    /// # Errors
    ///
    /// The rows cannot be staged; the write is then aborted.
    fn write(&mut self, batch: RecordBatch) -> Result<()>;

    /// Publishes everything staged, atomically where the connector declares it, and stores the
    /// record beside the data where it can. The same token again publishes nothing new.
    ///
    /// # Errors
    ///
    /// Nothing was published, or the error says that this is not known.
    fn commit(self: Box<Self>, record: &CommitRecord) -> Result<WriteReport>;

    /// Throws away everything staged.
    ///
    /// # Errors
    ///
    /// Something that was staged is left behind; the error names it.
    fn abort(self: Box<Self>) -> Result<()>;

    /// The token that stops this write, also while a call waits. The default token is checked
    /// between batches.
    fn cancel_token(&self) -> CancelToken {
        CancelToken::new()
    }
}
