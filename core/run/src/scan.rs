use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use sqlflow_engine::{Next, Scan, ScanError, ScanStream};
use sqlflow_fault as fault;
use sqlflow_host::{Feed, FeedOptions, Pulled, SourceRegistry};
use sqlflow_plan::Connected;
use sqlflow_plugin_sdk::{
    CancelToken, Error, ErrorKind, Partition, ReadRequest, Result, StreamName,
};

use crate::{code, meter::Meter, resilience::protection};

/// The bytes of batches that may wait while a sample is read.
const SAMPLE_BYTES: usize = 1 << 20;

/// A stream of a connector, as the engine reads it. Every read opens the connector anew.
pub(crate) struct SourceScan {
    pub(crate) sources: SourceRegistry,
    pub(crate) connected: Connected,
    pub(crate) stream: StreamName,
    pub(crate) schema: SchemaRef,
    pub(crate) ordered: bool,
    /// The most rows that are read; the source is stopped then.
    pub(crate) limit: Option<u64>,
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
        let mut streams = self.open_parts(projection, 1)?;
        streams.pop().ok_or_else(|| ScanError::new("a read has no part at all"))
    }

    fn open_parts(
        &self,
        projection: &[usize],
        most: usize,
    ) -> std::result::Result<Vec<Arc<dyn ScanStream>>, ScanError> {
        self.meter.in_source(|| self.start(projection, most)).map_err(ScanError::from_source)
    }
}

impl SourceScan {
    /// Opens the source and starts to pull its partitions, split into runs of neighbours.
    fn start(&self, projection: &[usize], most: usize) -> Result<Vec<Arc<dyn ScanStream>>> {
        fault::point(fault::LOAD_OPENING);
        let cancel = child(&self.cancel);
        let protection = protection(&self.connected, &cancel, self.meter.resilience());
        let Connected { connector, config, .. } = &self.connected;
        let mut source = self.sources.open_resilient(connector, config, &protection)?;
        let schema = Arc::new(self.schema.project(projection).map_err(|error| {
            Error::new(ErrorKind::Bug, "the engine asks for a column that is not there")
                .caused_by(&error)
        })?);
        let (most, threads) = match self.limit {
            // The first rows are those of the first partition, as long as it has any.
            Some(_) => (1, 1),
            None => (most, self.threads.unwrap_or_else(available_threads)),
        };
        let request = ReadRequest {
            schema: Some(Arc::clone(&self.schema)),
            columns: Some(schema.fields().iter().map(|field| field.name().clone()).collect()),
            parallelism: threads,
            limit: self.limit,
            ..ReadRequest::of(self.stream.clone())
        };
        let runs = split(source.plan(&request)?.partitions, most);
        fault::point(fault::LOAD_PLANNED);
        let threads = threads.div_ceil(runs.len());
        let mut options = FeedOptions { threads, ordered: self.ordered, ..FeedOptions::default() };
        if self.limit.is_some() {
            options.bytes_per_partition = SAMPLE_BYTES;
        }
        let (source, request) = (Arc::new(Mutex::new(source)), Arc::new(request));
        let start = |run| {
            let stop = child(&cancel);
            let feed = Feed::start_shared(&source, &request, run, options, &stop)?;
            let (schema, meter) = (Arc::clone(&schema), Arc::clone(&self.meter));
            let left = Mutex::new(self.limit);
            Ok(Arc::new(SourceStream { feed, schema, meter, left, stop }) as Arc<dyn ScanStream>)
        };
        runs.into_iter().map(start).collect()
    }
}

/// Splits partitions into at most this many runs of neighbours, of about the same length; one run
/// where there is nothing to read.
fn split(mut partitions: Vec<Partition>, most: usize) -> Vec<Vec<Partition>> {
    let mut runs = Vec::new();
    for left in (1..=most.clamp(1, partitions.len().max(1))).rev() {
        let rest = partitions.split_off(partitions.len().div_ceil(left));
        runs.push(partitions);
        partitions = rest;
    }
    runs
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
    /// How many rows are still wanted; `None` for all.
    left: Mutex<Option<u64>>,
    /// Stops the feed.
    stop: CancelToken,
}

impl ScanStream for SourceStream {
    fn next(&self, wait: Duration) -> std::result::Result<Next, ScanError> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if *left == Some(0) {
            self.stop.cancel();
            return Ok(Next::End);
        }
        if left.is_none() {
            // Several threads may take of an unlimited stream at a time.
            drop(left);
            return self.pull(wait, &mut None);
        }
        self.pull(wait, &mut left)
    }
}

impl SourceStream {
    /// Takes what there is, no more than what is `left`.
    fn pull(&self, wait: Duration, left: &mut Option<u64>) -> std::result::Result<Next, ScanError> {
        let pulled = self.meter.in_source(|| self.feed.next(wait));
        match pulled.map_err(ScanError::from_source)? {
            Pulled::Pending => Ok(Next::Pending),
            Pulled::End => {
                fault::point(fault::LOAD_ENDED);
                Ok(Next::End)
            }
            Pulled::Batch(batch) => {
                self.check(&batch).map_err(ScanError::from_source)?;
                let batch = first_rows(batch, left);
                self.meter.count(&batch);
                fault::point(fault::LOAD_BATCH);
                Ok(Next::Batch(batch))
            }
        }
    }

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

/// The rows of a batch that are still wanted.
fn first_rows(batch: RecordBatch, left: &mut Option<u64>) -> RecordBatch {
    let Some(left) = left else { return batch };
    let rows = usize::try_from(*left).unwrap_or(usize::MAX).min(batch.num_rows());
    *left -= rows as u64;
    batch.slice(0, rows)
}

impl fmt::Debug for SourceScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceScan")
            .field("connected", &self.connected)
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_split_into_runs_of_neighbours_of_about_the_same_length() {
        for (count, most, expected) in [
            (0, 2, vec![0]),
            (1, 2, vec![1]),
            (5, 1, vec![5]),
            (5, 2, vec![3, 2]),
            (7, 3, vec![3, 2, 2]),
            (2, 8, vec![1, 1]),
        ] {
            let partition = |n: usize| Partition { id: n.to_string(), payload: ().into() };
            let runs = split((0..count).map(partition).collect(), most);
            let lengths: Vec<usize> = runs.iter().map(Vec::len).collect();
            assert_eq!(lengths, expected, "{count} partitions in {most} runs");
            let ids: Vec<String> = runs.into_iter().flatten().map(|p| p.id).collect();
            assert_eq!(ids, (0..count).map(|n| n.to_string()).collect::<Vec<_>>());
        }
    }
}
