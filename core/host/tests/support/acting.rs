//! A source that is driven step by step: it says when it opens, yields and is dropped, and it waits
//! for the test's word where that matters. No test waits by the clock.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    sync::{
        Arc, Barrier,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::Duration,
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use sqlflow_host::{Feed, FeedOptions, Pulled, SourceConnector};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, CheckReport, Error, ErrorKind, Partition, ReadRequest, Result,
    StreamDescriptor, StreamName,
};

use super::batches::{batch, number, schema};

/// Long enough for anything that does happen; reached only where a test fails.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// What one partition does, one after the other.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Yields a batch of this number.
    Yield(i64),
    /// Fails.
    Fail,
    /// Panics.
    Panic,
    /// Says that it waits, then waits until it is cancelled.
    Hang,
    /// Says that it waits, then waits until the barrier opens.
    Meet(Arc<Barrier>),
}

/// What the source says to the test.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Said {
    Opened(usize),
    Yielded(usize),
    Waiting(usize),
    Dropped(usize),
}

/// A source that does as it is told.
struct Script {
    acts: Vec<Vec<Act>>,
    say: Sender<Said>,
    refuses: Option<usize>,
}

impl SourceConnector for Script {
    fn check(&mut self) -> Result<CheckReport> {
        Ok(CheckReport::default())
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        Ok(Vec::new())
    }

    fn read(&mut self, _request: &ReadRequest, part: &Partition) -> Result<Box<dyn BatchStream>> {
        let index = part.payload.as_u64().unwrap() as usize;
        self.say.send(Said::Opened(index)).unwrap();
        if self.refuses == Some(index) {
            return Err(Error::new(ErrorKind::NotFound, "gone"));
        }
        let (wake, woken) = channel();
        let cancel = CancelToken::new();
        cancel.on_cancel(move || {
            let _ = wake.send(());
        });
        let acts = self.acts[index].clone().into_iter();
        Ok(Box::new(Acting { index, acts, say: self.say.clone(), cancel, woken }))
    }
}

struct Acting {
    index: usize,
    acts: std::vec::IntoIter<Act>,
    say: Sender<Said>,
    cancel: CancelToken,
    woken: Receiver<()>,
}

impl Acting {
    fn say(&self, what: fn(usize) -> Said) {
        let _ = self.say.send(what(self.index));
    }
}

impl BatchStream for Acting {
    fn schema(&self) -> SchemaRef {
        schema()
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        self.cancel.check()?;
        match self.acts.next() {
            None => Ok(None),
            Some(Act::Yield(number)) => {
                self.say(Said::Yielded);
                Ok(Some(batch(number)))
            }
            Some(Act::Fail) => Err(Error::new(ErrorKind::Data, "torn").with_remedy("mend it")),
            Some(Act::Panic) => panic!("boom in partition {}", self.index),
            Some(Act::Hang) => {
                self.say(Said::Waiting);
                self.woken.recv().unwrap();
                Err(Error::cancelled())
            }
            Some(Act::Meet(barrier)) => {
                self.say(Said::Waiting);
                barrier.wait();
                self.next_batch()
            }
        }
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

impl Drop for Acting {
    fn drop(&mut self) {
        self.say(Said::Dropped);
    }
}

/// A feed, the token that stops it, and what its source says.
pub(crate) struct Run {
    pub(crate) feed: Feed,
    pub(crate) cancel: CancelToken,
    pub(crate) heard: Heard,
}

/// What a source says.
pub(crate) struct Heard(Receiver<Said>);

pub(crate) fn ordered(threads: usize) -> FeedOptions {
    FeedOptions { threads, ..FeedOptions::default() }
}

pub(crate) fn unordered(threads: usize) -> FeedOptions {
    FeedOptions { threads, ordered: false, ..FeedOptions::default() }
}

pub(crate) fn start(acts: Vec<Vec<Act>>, options: FeedOptions) -> Run {
    start_refusing(acts, options, None)
}

/// Starts a feed over a source that cannot open one of its partitions.
pub(crate) fn start_refusing(
    acts: Vec<Vec<Act>>,
    options: FeedOptions,
    refuses: Option<usize>,
) -> Run {
    start_with(acts, options, refuses, CancelToken::new())
}

/// Starts a feed that this token stops.
pub(crate) fn start_with(
    acts: Vec<Vec<Act>>,
    options: FeedOptions,
    refuses: Option<usize>,
    cancel: CancelToken,
) -> Run {
    let (say, said) = channel();
    let partition = |n: usize| Partition { id: format!("p{n}"), payload: n.into() };
    let partitions = (0..acts.len()).map(partition).collect();
    let request = ReadRequest::of(StreamName::from("numbers"));
    let source = Box::new(Script { acts, say, refuses });
    let feed = Feed::start(source, request, partitions, options, &cancel).unwrap();
    Run { feed, cancel, heard: Heard(said) }
}

pub(crate) fn yields(numbers: impl IntoIterator<Item = i64>) -> Vec<Act> {
    numbers.into_iter().map(Act::Yield).collect()
}

/// The next number, `None` at the end.
pub(crate) fn next(feed: &Feed) -> Result<Option<i64>> {
    match feed.next(LONG)? {
        Pulled::Batch(batch) => Ok(Some(number(&batch))),
        Pulled::End => Ok(None),
        Pulled::Pending => panic!("nothing came"),
    }
}

pub(crate) fn rest(feed: &Feed) -> Result<Vec<i64>> {
    std::iter::from_fn(|| next(feed).transpose()).collect()
}

impl Heard {
    /// Waits until the source has said this so many times; gives everything it said meanwhile.
    pub(crate) fn until(&self, what: &Said, times: usize) -> Vec<Said> {
        let mut heard = Vec::new();
        while heard.iter().filter(|said| *said == what).count() < times {
            heard.push(self.0.recv_timeout(LONG).unwrap());
        }
        heard
    }

    /// What the source has said meanwhile.
    pub(crate) fn meanwhile(&self) -> Vec<Said> {
        self.0.try_iter().collect()
    }

    /// Everything the source has said when the last of it is gone.
    pub(crate) fn to_the_end(&self) -> Vec<Said> {
        let mut heard = Vec::new();
        loop {
            match self.0.recv_timeout(LONG) {
                Ok(said) => heard.push(said),
                Err(RecvTimeoutError::Disconnected) => return heard,
                Err(RecvTimeoutError::Timeout) => panic!("a thread of the feed is still there"),
            }
        }
    }
}
