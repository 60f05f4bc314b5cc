use arrow::{array::RecordBatch, datatypes::SchemaRef};
use serde::de::DeserializeOwned;

use crate::{
    CancelToken, CheckReport, CommitRecord, CommitStatus, CommitToken, ConfigSpec, Error, Host,
    Place, Result, SchemaChange, WriteReport, WriteRequest,
};

/// A place rows go to.
///
/// The host opens it once per write (see [`OpenDestination::open`]), then calls `recover` and
/// `begin`; on resume it first asks `committed`. A writer's rows stay invisible until it commits.
///
/// Never two calls at a time, though each may come on another thread. A call that fails leaves the
/// connector in use; after a panic no further call comes. Dropping it releases everything it holds
/// and publishes nothing; its writers are dropped before.
pub trait DestinationConnector: Send {
    /// Reaches the other side and authenticates; writes nothing. Called when a user tests a
    /// connection, any number of times, and not before a write.
    ///
    /// # Errors
    ///
    /// Only what keeps it from finding out; what it found wrong stands in the report.
    fn check(&mut self) -> Result<CheckReport>;

    /// The schema of what is at `place` now, `None` where nothing is. Called before a write that has
    /// to fit what is there; it changes nothing.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::Unsupported`] by default.
    fn describe(&mut self, place: &Place) -> Result<Option<SchemaRef>> {
        let _ = place;
        Err(Error::unsupported("describing what is at a place"))
    }

    /// Applies schema changes; the host has approved each by the user's policy. Called before
    /// `begin`, where `describe` has shown that the rows do not fit. Applying a change that is there
    /// already succeeds: a run that died may have made it.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::Unsupported`] by default.
    fn apply(&mut self, place: &Place, changes: &[SchemaChange]) -> Result<()> {
        let _ = (place, changes);
        Err(Error::unsupported("changing the schema of a place"))
    }

    /// Starts a write. Several may run at a time, to different places. Called once per write, and
    /// again with the same token after a failure or a crash: what the earlier attempt staged is
    /// thrown away or overwritten, and what it committed stays as it is.
    ///
    /// # Errors
    ///
    /// The place cannot be written, or not in this mode or with these columns.
    fn begin(&mut self, request: &WriteRequest) -> Result<Box<dyn Writer>>;

    /// Says what became of a commit; asked on resume, perhaps by another process than the one that
    /// committed. [`CommitStatus::Unknown`] where that cannot be known: the host writes again.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::Unsupported`] by default.
    fn committed(&mut self, token: &CommitToken) -> Result<CommitStatus> {
        let _ = token;
        Err(Error::unsupported("asking for a commit"))
    }

    /// Sweeps what dead runs left at `place` (temporary files, staging tables, uploads), but for
    /// the writes whose tokens are still `live`. Called before each write to the place. The default
    /// has nothing to sweep.
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

    /// The settings it takes: what documentation, checks and the redaction of secrets derive from.
    /// Called any number of times, also without opening; always the same.
    fn spec() -> ConfigSpec;

    /// Opens it, with a config that the spec has let through: defaults filled in, secrets resolved.
    /// Connecting may wait until the first call that needs it. Nothing can cancel it, so it must not
    /// wait.
    ///
    /// # Errors
    ///
    /// The config is well-formed but cannot work.
    fn open(config: Self::Config, host: Host) -> Result<Self>;
}

/// One running write: batches are staged, then published together or not at all.
///
/// It is written to by one thread at a time, any number of times, then committed or aborted, once;
/// after a failure or a panic it may be dropped without either. Dropping a writer that did not
/// commit leaves nothing that readers can see, and removes what it staged where it can; the next
/// [`DestinationConnector::recover`] sweeps the rest.
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

    /// Throws away everything staged. Called also after a cancel, so it must not fail because of one.
    ///
    /// # Errors
    ///
    /// Something that was staged is left behind; the error names it.
    fn abort(self: Box<Self>) -> Result<()>;

    /// The token that stops this write, also while a call waits: that call then fails with
    /// [`crate::Error::cancelled`] within a second. Asked for once, after `begin`. The default token
    /// is checked between batches.
    fn cancel_token(&self) -> CancelToken {
        CancelToken::new()
    }
}
