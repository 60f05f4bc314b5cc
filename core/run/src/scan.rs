use std::{fmt, sync::Arc, thread, time::Duration};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use sqlflow_engine::{Next, Scan, ScanError, ScanStream};
use sqlflow_host::{Feed, FeedOptions, Pulled, SourceRegistry};
use sqlflow_plan::Connected;
use sqlflow_plugin_sdk::{CancelToken, Error, ErrorKind, ReadRequest, Result, StreamName};

use crate::{code, meter::Meter};

/// A stream of a connector, as the engine reads it. Every read opens the connector anew.
pub(crate) struct SourceScan {
    pub(crate) sources: SourceRegistry,
    pub(crate) connected: Connected,
    pub(crate) stream: StreamName,
    pub(crate) schema: SchemaRef,
    pub(crate) ordered: bool,
    pub(crate) threads: Option<usize>,
    pub(crate) cancel: CancelToken,
    pub(crate) meter: Arc<Meter>,
}

impl Scan for SourceScan {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn estimated_rows(&self) -> Option<u64> {
        None
    }

    fn open(
        &self,
        projection: &[usize],
        _threads: usize,
    ) -> std::result::Result<Arc<dyn ScanStream>, ScanError> {
        let stream = self.meter.in_source(|| self.start(projection));
        stream.map(|stream| Arc::new(stream) as Arc<dyn ScanStream>).map_err(ScanError::from_source)
    }
}

impl SourceScan {
    fn start(&self, projection: &[usize]) -> Result<SourceStream> {
        let cancel = child(&self.cancel);
        let mut source =
            self.sources.open(&self.connected.connector, &self.connected.config, &cancel)?;
        let schema = Arc::new(self.schema.project(projection).map_err(|error| {
            Error::new(ErrorKind::Bug, "the engine asks for a column that is not there")
                .caused_by(&error)
        })?);
        let threads = self.threads.unwrap_or_else(available_threads);
        let request = ReadRequest {
            schema: Some(Arc::clone(&self.schema)),
            columns: Some(schema.fields().iter().map(|field| field.name().clone()).collect()),
            parallelism: threads,
            ..ReadRequest::of(self.stream.clone())
        };
        let plan = source.plan(&request)?;
        let options = FeedOptions { threads, ordered: self.ordered, ..FeedOptions::default() };
        let feed = Feed::start(source, request, plan.partitions, options, &cancel)?;
        Ok(SourceStream { feed, schema, meter: Arc::clone(&self.meter) })
    }
}

fn available_threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// A token that is cancelled with its parent, and alone.
fn child(parent: &CancelToken) -> CancelToken {
    let child = CancelToken::new();
    let cancelled = child.clone();
    parent.on_cancel(move || cancelled.cancel());
    child
}

struct SourceStream {
    feed: Feed,
    schema: SchemaRef,
    meter: Arc<Meter>,
}

impl ScanStream for SourceStream {
    fn next(&self, wait: Duration) -> std::result::Result<Next, ScanError> {
        let pulled = self.meter.in_source(|| self.feed.next(wait));
        match pulled.map_err(ScanError::from_source)? {
            Pulled::Pending => Ok(Next::Pending),
            Pulled::End => Ok(Next::End),
            Pulled::Batch(batch) => {
                self.check(&batch).map_err(ScanError::from_source)?;
                self.meter.count(&batch);
                Ok(Next::Batch(batch))
            }
        }
    }
}

impl SourceStream {
    /// A connector yields the types that were bound, or the statement fails (R10).
    fn check(&self, batch: &RecordBatch) -> Result<()> {
        let (wanted, got) = (self.schema.fields(), batch.schema_ref().fields());
        let mut pairs = wanted.iter().zip(got);
        let differs = pairs.find(|(want, have)| want.data_type() != have.data_type());
        let message = match differs {
            Some((want, have)) => format!(
                "column `{}` comes as {}, not as {}",
                want.name(),
                have.data_type(),
                want.data_type()
            ),
            None if wanted.len() != got.len() => {
                format!("{} columns come, not {}", got.len(), wanted.len())
            }
            None => return Ok(()),
        };
        Err(Error::new(ErrorKind::Schema, message)
            .with_code(code::SCHEMA_CHANGED)
            .with_remedy("run again: the source may have changed since it was bound"))
    }
}

impl fmt::Debug for SourceScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceScan")
            .field("connected", &self.connected)
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}
