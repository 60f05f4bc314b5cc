//! Pulls the partitions of a read on threads of the host, within bounded memory.

mod queue;
mod worker;

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use arrow::array::RecordBatch;
use sqlflow_plugin_sdk::{
    CancelToken, Error, ErrorKind, Partition, ReadRequest, Result, SourceConnector,
};

use self::{queue::Queue, worker::Worker};

/// How a read is pulled.
#[derive(Debug, Clone, Copy)]
pub struct FeedOptions {
    /// Partitions pulled at a time.
    pub threads: usize,
    /// Whether batches come in the order of the partitions.
    pub ordered: bool,
    /// Bytes of batches that may wait, per partition.
    pub bytes_per_partition: usize,
}

impl Default for FeedOptions {
    fn default() -> Self {
        Self { threads: 1, ordered: true, bytes_per_partition: 32 << 20 }
    }
}

/// What a feed has at the moment.
#[derive(Debug)]
pub enum Pulled {
    /// Rows.
    Batch(RecordBatch),
    /// Nothing yet.
    Pending,
    /// Every partition has ended.
    End,
}

/// The rows of a read, pulled ahead of whoever takes them.
///
/// Several threads may take from it. Dropping it cancels what still runs.
#[derive(Debug)]
pub struct Feed {
    queue: Arc<Queue>,
    cancel: CancelToken,
}

impl Feed {
    /// Starts to pull `partitions` of `request` from an opened source. Cancelling `cancel`, which
    /// the source was opened with, stops it all.
    ///
    /// # Errors
    ///
    /// No thread can be started.
    pub fn start(
        source: Box<dyn SourceConnector>,
        request: ReadRequest,
        partitions: Vec<Partition>,
        options: FeedOptions,
        cancel: &CancelToken,
    ) -> Result<Self> {
        let source = Arc::new(Mutex::new(source));
        Self::start_shared(&source, &Arc::new(request), partitions, options, cancel)
    }

    /// As [`Feed::start`], for one of several feeds that pull different partitions of one read.
    /// `cancel` is this feed's own, which it cancels when it is dropped.
    ///
    /// # Errors
    ///
    /// As [`Feed::start`].
    pub fn start_shared(
        source: &Arc<Mutex<Box<dyn SourceConnector>>>,
        request: &Arc<ReadRequest>,
        partitions: Vec<Partition>,
        options: FeedOptions,
        cancel: &CancelToken,
    ) -> Result<Self> {
        let queue = Queue::new(partitions.len(), options);
        let feed = Self { queue: Arc::clone(&queue), cancel: cancel.clone() };
        let closing = Arc::downgrade(&queue);
        cancel.on_cancel(move || {
            if let Some(queue) = closing.upgrade() {
                queue.fail(Error::cancelled());
            }
        });
        let threads = options.threads.clamp(1, partitions.len().max(1));
        let worker = Worker {
            source: Arc::clone(source),
            request: Arc::clone(request),
            partitions: partitions.into(),
            queue,
            cancel: cancel.clone(),
        };
        for _ in 0..threads {
            spawn(worker.clone())?;
        }
        Ok(feed)
    }

    /// The next batch; waits at most this long for it.
    ///
    /// # Errors
    ///
    /// What went wrong in any partition: rows that were pulled before are not handed out any
    /// more. The same error comes again.
    pub fn next(&self, wait: Duration) -> Result<Pulled> {
        self.queue.pop(wait)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.queue.fail(Error::cancelled());
        self.cancel.cancel();
    }
}

fn spawn(worker: Worker) -> Result<()> {
    let thread = thread::Builder::new().name("sqlflow-pull".to_owned());
    thread.spawn(move || worker.run()).map(drop).map_err(|error| {
        Error::new(ErrorKind::Unavailable, "no thread can be started").caused_by(&error)
    })
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
