use arrow::{array::RecordBatch, datatypes::SchemaRef};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    CancelToken, CheckReport, ConfigSpec, Error, Host, Partition, ReadPlan, ReadRequest, Result,
    StreamDescriptor, StreamName,
};

/// A place rows come from.
///
/// The host opens it once per use (see [`OpenSource::open`]): to check a pipeline, to look at its
/// streams, to read one. It calls `check` or `discover` where a user asked for them, `schema` once
/// per stream before anything is read, `plan` once per read and `read` once per partition.
///
/// Never two calls at a time, though each may come on another thread. A call that fails leaves the
/// connector in use: the host may make the same call again where the error says that this can help.
/// After a panic no further call comes. Dropping it releases everything it holds; its streams may
/// live on and hold what they need themselves.
pub trait SourceConnector: Send {
    /// Reaches the other side and authenticates; reads no rows and changes nothing.
    ///
    /// Called when a user tests a connection, any number of times, and not before a read.
    ///
    /// # Errors
    ///
    /// Only what keeps it from finding out; what it found wrong stands in the report.
    fn check(&mut self) -> Result<CheckReport>;

    /// Lists the streams there are, in a stable order: the same twice while nothing changes.
    ///
    /// Called when a user looks for streams, and by the default of [`SourceConnector::schema`].
    ///
    /// # Errors
    ///
    /// The other side cannot be reached or does not let us look.
    fn discover(&mut self) -> Result<Vec<StreamDescriptor>>;

    /// The schema that reading `stream` will yield when all columns are asked for.
    ///
    /// Called once per stream and use, while a pipeline is checked: the pipeline's SQL is bound to
    /// it, and `ReadRequest::schema` brings it back to every read. The same twice while nothing
    /// changes on the other side. The default looks it up in what `discover` returns.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::NotFound`] where there is no such stream.
    fn schema(&mut self, stream: &StreamName) -> Result<SchemaRef> {
        let found = self.discover()?.into_iter().find(|candidate| candidate.name == *stream);
        found.and_then(|descriptor| descriptor.schema).ok_or_else(|| {
            Error::new(crate::ErrorKind::NotFound, format!("there is no stream `{stream}`"))
        })
    }

    /// Splits a read into partitions that can be read independently: together they yield every
    /// row once, and in their order the rows stand in the stream's order.
    ///
    /// Called once per read, before its partitions are opened. A partition carries in its payload
    /// all that opening it takes: it may be opened by another session, in another order or again
    /// after a failure. The default is one partition, with no filter evaluated.
    ///
    /// # Errors
    ///
    /// The stream is gone or cannot be split.
    fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        Ok(ReadPlan::whole(request))
    }

    /// Opens one partition of `plan`. It only opens: the rows are pulled from the stream it
    /// returns, on another thread, while further partitions are opened. Called once per partition,
    /// and again for one whose stream failed; dropping the stream ends the read, whether or not it
    /// came to its end.
    ///
    /// The stream yields `request.columns` in that order (all columns where it is `None`), in
    /// the types of `request.schema` where that is given, or fails.
    ///
    /// # Errors
    ///
    /// The partition cannot be opened.
    fn read(
        &mut self,
        request: &ReadRequest,
        partition: &Partition,
    ) -> Result<Box<dyn BatchStream>>;
}

/// A source that can be opened from a config; what [`crate::export_plugin!`] takes.
pub trait OpenSource: SourceConnector + Sized + 'static {
    /// The typed config; its serde form follows the spec's field names.
    type Config: DeserializeOwned;

    /// The settings it takes: what documentation, checks and the redaction of secrets derive from.
    /// Called any number of times, also without opening; always the same.
    fn spec() -> ConfigSpec;

    /// Opens it, with a config that the spec has let through: defaults filled in, secrets resolved,
    /// paths absolute. Connecting may wait until the first call that needs it: a pipeline that is
    /// only checked opens its connectors too. Nothing can cancel it, so it must not wait.
    ///
    /// # Errors
    ///
    /// The config is well-formed but cannot work.
    fn open(config: Self::Config, host: Host) -> Result<Self>;
}

/// The rows of one partition, pulled batch by batch.
///
/// One thread at a time pulls; the stream may move between threads and outlives its connector.
/// Memory stays bounded: a stream holds about one batch beyond what it has returned. After an
/// error, the end or a cancel it is only dropped, which ends the read and frees what it holds.
pub trait BatchStream: Send {
    /// The schema of every batch. Asked for before the first batch and at any time later; always
    /// the same.
    fn schema(&self) -> SchemaRef;

    /// The next batch, `None` at the end. At least 1,000 rows a batch where there are as many;
    /// `ReadRequest::batch_rows` is the size to aim for.
    ///
    /// # Errors
    ///
    /// The rows cannot be read. A partly read stream never ends as if it were complete.
    fn next_batch(&mut self) -> Result<Option<RecordBatch>>;

    /// The state from which a later read resumes after exactly the batches returned so far;
    /// `None` where the connector cannot resume. Called between two batches, at most once each, and
    /// only where the manifest declares `checkpoints`; it comes back in `ReadRequest::state`, to the
    /// same partition, perhaps to another version of the connector.
    ///
    /// # Errors
    ///
    /// The state cannot be taken.
    fn checkpoint(&self) -> Result<Option<Value>> {
        Ok(None)
    }

    /// The token that stops this stream, also while `next_batch` waits: `next_batch` then fails with
    /// [`crate::Error::cancelled`] within a second. Asked for once, after the stream was opened. The
    /// default token is checked between batches, which is enough where no batch takes longer.
    fn cancel_token(&self) -> CancelToken {
        CancelToken::new()
    }
}
