use arrow::{array::RecordBatch, datatypes::SchemaRef};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    CancelToken, CheckReport, ConfigSpec, Error, Host, Partition, ReadPlan, ReadRequest, Result,
    StreamDescriptor, StreamName,
};

/// A place rows come from.
///
/// The host opens it once per run (see [`OpenSource::open`]), then calls `check` or `discover`
/// where a user asked for them, `schema` once per stream before anything is read, `plan` once per
/// read and `read` once per partition. Dropping it releases everything it holds.
pub trait SourceConnector: Send {
    /// Reaches the other side and authenticates; reads no rows.
    ///
    /// # Errors
    ///
    /// Only what keeps it from finding out; what it found wrong stands in the report.
    fn check(&mut self) -> Result<CheckReport>;

    /// Lists the streams there are, in a stable order.
    ///
    /// # Errors
    ///
    /// The other side cannot be reached or does not let us look.
    fn discover(&mut self) -> Result<Vec<StreamDescriptor>>;

    /// The schema that reading `stream` will yield when all columns are asked for.
    ///
    /// The default looks it up in what `discover` returns.
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
    /// The default is one partition, with no filter evaluated.
    ///
    /// # Errors
    ///
    /// The stream is gone or cannot be split.
    fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        Ok(ReadPlan::whole(request))
    }

    /// Opens one partition of `plan`. It only opens: the rows are pulled from the stream it
    /// returns, on another thread, while further partitions are opened.
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

    /// The settings it takes.
    fn spec() -> ConfigSpec;

    /// Opens it. Connecting may wait until the first call that needs it.
    ///
    /// # Errors
    ///
    /// The config is well-formed but cannot work.
    fn open(config: Self::Config, host: Host) -> Result<Self>;
}

/// The rows of one partition, pulled batch by batch.
///
/// Memory stays bounded: a stream holds about one batch beyond what it has returned. After an
/// error or the end it is only dropped.
pub trait BatchStream: Send {
    /// The schema of every batch.
    fn schema(&self) -> SchemaRef;

    /// The next batch, `None` at the end. At least 1,000 rows a batch where there are as many;
    /// `ReadRequest::batch_rows` is the size to aim for.
    ///
    /// # Errors
    ///
    /// The rows cannot be read. A partly read stream never ends as if it were complete.
    fn next_batch(&mut self) -> Result<Option<RecordBatch>>;

    /// The state from which a later read resumes after exactly the batches returned so far;
    /// `None` where the connector cannot resume.
    ///
    /// # Errors
    ///
    /// The state cannot be taken.
    fn checkpoint(&self) -> Result<Option<Value>> {
        Ok(None)
    }

    /// The token that stops this stream, also while `next_batch` waits. The default token is
    /// checked between batches.
    fn cancel_token(&self) -> CancelToken {
        CancelToken::new()
    }
}
