//! Sources whose client is async.

use std::{
    fmt,
    future::{self, Future},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    BatchStream, CancelToken, CheckReport, ConfigSpec, Error, ErrorKind, Host, OpenSource,
    Partition, ReadPlan, ReadRequest, Result, SourceConnector, StreamDescriptor, StreamName,
    runtime::runtime,
};

/// A source whose client is async: the methods of [`SourceConnector`] as `async fn`s, which run on
/// the plugin's own tokio runtime. Export it as [`Async`]: `export_plugin!(source: Async<MySource>)`.
///
/// Take it where the client library is async anyway (HTTP, gRPC, most databases). A source that
/// computes, or whose client blocks, is simpler as a [`SourceConnector`].
///
/// Calls come in the order and with the guarantees of [`SourceConnector`]. When the host cancels,
/// the future that runs is dropped where it awaits, at once; between two awaits it must not block.
/// A panic in a future becomes an error. What a method spawns on the runtime is the connector's to
/// stop: in `drop`, at the latest.
pub trait AsyncSourceConnector: Send + Sized + 'static {
    /// The typed config; its serde form follows the spec's field names.
    type Config: DeserializeOwned;
    /// The rows of one partition.
    type Stream: AsyncBatchStream;

    /// The settings it takes.
    fn spec() -> ConfigSpec;

    /// Opens it, inside the runtime. It does not wait: connecting is for the first call that needs
    /// it.
    ///
    /// # Errors
    ///
    /// The config is well-formed but cannot work.
    fn open(config: Self::Config, host: Host) -> Result<Self>;

    /// As [`SourceConnector::check`].
    fn check(&mut self) -> impl Future<Output = Result<CheckReport>> + Send;

    /// As [`SourceConnector::discover`].
    fn discover(&mut self) -> impl Future<Output = Result<Vec<StreamDescriptor>>> + Send;

    /// As [`SourceConnector::schema`]; the default looks it up in what `discover` returns.
    fn schema(&mut self, stream: &StreamName) -> impl Future<Output = Result<SchemaRef>> + Send {
        async move {
            let found = self.discover().await?.into_iter().find(|found| found.name == *stream);
            found.and_then(|descriptor| descriptor.schema).ok_or_else(|| {
                Error::new(ErrorKind::NotFound, format!("there is no stream `{stream}`"))
            })
        }
    }

    /// As [`SourceConnector::plan`]; the default is one partition, with no filter evaluated.
    fn plan(&mut self, request: &ReadRequest) -> impl Future<Output = Result<ReadPlan>> + Send {
        future::ready(Ok(ReadPlan::whole(request)))
    }

    /// As [`SourceConnector::read`]: opens one partition.
    fn read(
        &mut self,
        request: &ReadRequest,
        partition: &Partition,
    ) -> impl Future<Output = Result<Self::Stream>> + Send;
}

/// The rows of one partition, pulled batch by batch; [`BatchStream`] as an `async fn`.
///
/// It is pulled: nothing runs between two calls but what the stream has spawned itself, so that
/// memory stays bounded without a channel. It is dropped after an error, the end or a cancel.
pub trait AsyncBatchStream: Send + 'static {
    /// The schema of every batch.
    fn schema(&self) -> SchemaRef;

    /// As [`BatchStream::next_batch`].
    fn next_batch(&mut self) -> impl Future<Output = Result<Option<RecordBatch>>> + Send;

    /// As [`BatchStream::checkpoint`].
    ///
    /// # Errors
    ///
    /// The state cannot be taken.
    fn checkpoint(&self) -> Result<Option<Value>> {
        Ok(None)
    }
}

/// An [`AsyncSourceConnector`] as the [`SourceConnector`] that the host calls: each call blocks the
/// host's thread on its future, until that is done or cancelled.
pub struct Async<S> {
    source: S,
    waiter: Waiter,
}

impl<S: AsyncSourceConnector> OpenSource for Async<S> {
    type Config = S::Config;

    fn spec() -> ConfigSpec {
        S::spec()
    }

    fn open(config: S::Config, host: Host) -> Result<Self> {
        let _inside = runtime()?.enter();
        let waiter = Waiter::new([host.cancel_token()]);
        Ok(Self { source: S::open(config, host)?, waiter })
    }
}

impl<S: AsyncSourceConnector> SourceConnector for Async<S> {
    fn check(&mut self) -> Result<CheckReport> {
        self.waiter.wait(self.source.check())
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        self.waiter.wait(self.source.discover())
    }

    fn schema(&mut self, stream: &StreamName) -> Result<SchemaRef> {
        self.waiter.wait(self.source.schema(stream))
    }

    fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        self.waiter.wait(self.source.plan(request))
    }

    fn read(
        &mut self,
        request: &ReadRequest,
        partition: &Partition,
    ) -> Result<Box<dyn BatchStream>> {
        let stream = self.waiter.wait(self.source.read(request, partition))?;
        let cancel = CancelToken::new();
        let waiter = Waiter::new([self.waiter.tokens[0].clone(), cancel.clone()]);
        Ok(Box::new(Pulled { stream, waiter, cancel }))
    }
}

impl<S> fmt::Debug for Async<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Async").finish_non_exhaustive()
    }
}

struct Pulled<S> {
    stream: S,
    waiter: Waiter,
    cancel: CancelToken,
}

impl<S: AsyncBatchStream> BatchStream for Pulled<S> {
    fn schema(&self) -> SchemaRef {
        self.stream.schema()
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        self.waiter.wait(self.stream.next_batch())
    }

    fn checkpoint(&self) -> Result<Option<Value>> {
        self.stream.checkpoint()
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

/// Blocks on futures until one of its tokens is cancelled.
struct Waiter {
    tokens: Vec<CancelToken>,
    waker: Arc<Mutex<Option<Waker>>>,
}

impl Waiter {
    fn new(tokens: impl IntoIterator<Item = CancelToken>) -> Self {
        let waiter = Self { tokens: tokens.into_iter().collect(), waker: Arc::default() };
        for token in &waiter.tokens {
            let waker = Arc::downgrade(&waiter.waker);
            token.on_cancel(move || {
                let waker = waker.upgrade();
                let waker = waker.and_then(|waker| lock(&waker).take());
                waker.into_iter().for_each(Waker::wake);
            });
        }
        waiter
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let runtime = runtime()?;
        let mut work = pin!(work);
        runtime.block_on(future::poll_fn(|context| self.poll(context, |c| work.as_mut().poll(c))))
    }

    fn poll<T>(
        &self,
        context: &mut Context<'_>,
        work: impl FnOnce(&mut Context<'_>) -> Poll<Result<T>>,
    ) -> Poll<Result<T>> {
        // Before the look at the tokens: a cancel after it finds the waker.
        *lock(&self.waker) = Some(context.waker().clone());
        if self.tokens.iter().any(CancelToken::is_cancelled) {
            return Poll::Ready(Err(Error::cancelled()));
        }
        work(context)
    }
}

fn lock(waker: &Mutex<Option<Waker>>) -> std::sync::MutexGuard<'_, Option<Waker>> {
    waker.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
