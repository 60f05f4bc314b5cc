//! An other side that fails when a test says so, connectors that talk to it, and a clock on which
//! waiting takes no time.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use serde_json::{Value, json};
use sqlflow_host::{
    Clock, DestinationConnector, EventSink, Guard, Protection, Resilience, ResilienceEvent, Retry,
    SourceConnector,
};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, CheckReport, CommitRecord, CommitStatus, CommitToken, Error,
    ErrorKind, Partition, ReadRequest, Result, Retry as Hint, StreamDescriptor, WriteReport,
    WriteRequest, Writer,
};

use super::batches::{batch, schema};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// A clock that a wait moves on.
#[derive(Debug, Default)]
pub(crate) struct FakeClock(Mutex<(Duration, Vec<Duration>)>);

impl FakeClock {
    /// Every wait so far.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.0.lock().unwrap().1.clone()
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.0.lock().unwrap().0 += time;
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Duration {
        self.0.lock().unwrap().0
    }

    fn sleep(&self, time: Duration, cancel: &CancelToken) -> Result<()> {
        cancel.check()?;
        self.pass(time);
        self.0.lock().unwrap().1.push(time);
        Ok(())
    }
}

/// What connectors talk to.
#[derive(Debug, Default)]
pub(crate) struct OtherSide {
    heard: Mutex<Vec<String>>,
    answers: Mutex<VecDeque<Option<Error>>>,
    pub(crate) stream: Mutex<Stream>,
    pub(crate) status: Mutex<Option<CommitStatus>>,
}

/// What is read of it: numbers from 0, each a batch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stream {
    /// How many numbers there are.
    pub(crate) batches: i64,
    /// After so many batches of each reading it fails.
    pub(crate) dies_after: Option<i64>,
    /// So many times; for ever where it is `None`.
    pub(crate) deaths: Option<u64>,
    /// Whether a checkpoint can be taken.
    pub(crate) no_state: bool,
}

impl OtherSide {
    /// The next calls fail so, one after the other; `None` is one that does not.
    pub(crate) fn fails(&self, errors: impl IntoIterator<Item = Option<Error>>) {
        self.answers.lock().unwrap().extend(errors);
    }

    /// Every call that has reached it.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// How often a call has reached it.
    pub(crate) fn count(&self, call: &str) -> usize {
        self.heard().iter().filter(|heard| *heard == call).count()
    }

    fn hear(&self, call: &str) -> Result<()> {
        self.heard.lock().unwrap().push(call.to_owned());
        self.answers.lock().unwrap().pop_front().flatten().map_or(Ok(()), Err)
    }
}

/// It is down, and may be up again when it is tried again.
pub(crate) fn down() -> Error {
    Error::new(ErrorKind::Unavailable, "it is down").with_retry(Hint::Now)
}

/// It asks to be left alone for a time.
pub(crate) fn busy(time: Duration) -> Error {
    Error::new(ErrorKind::Limited, "too many requests").with_retry(Hint::After(time))
}

/// It has answered, and will never say otherwise.
pub(crate) fn refused() -> Error {
    Error::new(ErrorKind::NotFound, "there is no such thing")
}

/// A connection under guard, and all there is to see of it.
pub(crate) struct Guarded {
    pub(crate) side: Arc<OtherSide>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) cancel: CancelToken,
    pub(crate) guard: Guard,
    told: Arc<Mutex<Vec<ResilienceEvent>>>,
}

impl Guarded {
    pub(crate) fn new(policy: Resilience) -> Self {
        let clock = Arc::new(FakeClock::default());
        let told: Arc<Mutex<Vec<ResilienceEvent>>> = Arc::default();
        let sink = Arc::clone(&told);
        let events: EventSink = Arc::new(move |event| sink.lock().unwrap().push(event.clone()));
        let cancel = CancelToken::new();
        let protection = Protection { policy, cancel: cancel.clone(), events };
        let time: Arc<dyn Clock> = Arc::<FakeClock>::clone(&clock);
        let guard = Guard::new("faulty", &protection, time);
        Self { side: Arc::default(), clock, cancel, guard, told }
    }

    pub(crate) fn source(&self) -> Result<Box<dyn SourceConnector>> {
        self.source_with(true)
    }

    /// A source whose manifest says that it has checkpoints, or not.
    pub(crate) fn source_with(&self, checkpoints: bool) -> Result<Box<dyn SourceConnector>> {
        self.guard.clone().source(opens_source(&self.side), checkpoints)
    }

    pub(crate) fn destination(&self) -> Result<Box<dyn DestinationConnector>> {
        let side = Arc::clone(&self.side);
        self.guard.clone().destination(move || {
            side.hear("open")?;
            Ok(Box::new(FaultyDestination(Arc::clone(&side))))
        })
    }

    /// What was told since this was asked before.
    pub(crate) fn told(&self) -> Vec<ResilienceEvent> {
        std::mem::take(&mut self.told.lock().unwrap())
    }

    /// How often something was told to be whole again, of what was told meanwhile.
    pub(crate) fn recovered(&self, what: &'static str) -> usize {
        let expect = ResilienceEvent::Recovered { what };
        self.told().iter().filter(|told| **told == expect).count()
    }
}

/// Opens a source that talks to this side.
pub(crate) fn opens_source(
    side: &Arc<OtherSide>,
) -> impl Fn() -> Result<Box<dyn SourceConnector>> + Send + Sync + 'static {
    let side = Arc::clone(side);
    move || {
        side.hear("open")?;
        Ok(Box::new(FaultySource(Arc::clone(&side))))
    }
}

/// So many attempts, a second apart, and nothing else.
pub(crate) fn attempts(max_attempts: u64) -> Resilience {
    let retry = Retry {
        max_attempts,
        first_delay: SECOND,
        max_delay: 60 * SECOND,
        factor: 2.0,
        jitter: 0.0,
    };
    Resilience { retry, ..Resilience::none() }
}

struct FaultySource(Arc<OtherSide>);

impl SourceConnector for FaultySource {
    fn check(&mut self) -> Result<CheckReport> {
        self.0.hear("check").map(|()| CheckReport::default())
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        self.0.hear("discover").map(|()| Vec::new())
    }

    fn schema(&mut self, _: &sqlflow_plugin_sdk::StreamName) -> Result<SchemaRef> {
        self.0.hear("schema").map(|()| schema())
    }

    fn read(&mut self, request: &ReadRequest, _: &Partition) -> Result<Box<dyn BatchStream>> {
        self.0.hear("read")?;
        let next = request.state.as_ref().map_or(0, |state| state.as_i64().unwrap());
        let cancel = CancelToken::new();
        Ok(Box::new(Numbers { side: Arc::clone(&self.0), began: next, next, cancel }))
    }
}

struct Numbers {
    side: Arc<OtherSide>,
    began: i64,
    next: i64,
    cancel: CancelToken,
}

impl BatchStream for Numbers {
    fn schema(&self) -> SchemaRef {
        schema()
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        self.cancel.check()?;
        self.side.hear("batch")?;
        let mut stream = self.side.stream.lock().unwrap();
        if stream.dies_after == Some(self.next - self.began) && stream.deaths != Some(0) {
            stream.deaths = stream.deaths.map(|deaths| deaths - 1);
            return Err(down());
        }
        if self.next == stream.batches {
            return Ok(None);
        }
        self.next += 1;
        Ok(Some(batch(self.next - 1)))
    }

    fn checkpoint(&self) -> Result<Option<Value>> {
        self.side.hear("checkpoint")?;
        Ok((!self.side.stream.lock().unwrap().no_state).then_some(json!(self.next)))
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

struct FaultyDestination(Arc<OtherSide>);

impl DestinationConnector for FaultyDestination {
    fn check(&mut self) -> Result<CheckReport> {
        self.0.hear("check").map(|()| CheckReport::default())
    }

    fn begin(&mut self, _: &WriteRequest) -> Result<Box<dyn Writer>> {
        self.0.hear("begin")?;
        Ok(Box::new(FaultyWriter { side: Arc::clone(&self.0), rows: 0 }))
    }

    fn committed(&mut self, _: &CommitToken) -> Result<CommitStatus> {
        self.0.hear("committed")?;
        let status = *self.0.status.lock().unwrap();
        status.ok_or_else(|| Error::unsupported("asking for a commit"))
    }
}

struct FaultyWriter {
    side: Arc<OtherSide>,
    rows: u64,
}

impl Writer for FaultyWriter {
    fn write(&mut self, batch: RecordBatch) -> Result<()> {
        self.side.hear("write")?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    fn commit(self: Box<Self>, _: &CommitRecord) -> Result<WriteReport> {
        self.side.hear("commit")?;
        Ok(WriteReport { rows: self.rows, ..WriteReport::default() })
    }

    fn abort(self: Box<Self>) -> Result<()> {
        self.side.hear("abort")
    }
}
