use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use arrow::array::RecordBatch;
use sqlflow_plugin_sdk::{Error, Result};

use super::{FeedOptions, Pulled, lock};

/// The batches that were pulled and not taken yet, a lane per partition.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    /// Something came, ended or failed.
    filled: Condvar,
    /// There is room again, or a partition may be begun.
    drained: Condvar,
    options: FeedOptions,
}

#[derive(Debug)]
struct State {
    lanes: Vec<Lane>,
    /// The first partition that nobody has claimed.
    unclaimed: usize,
    /// The first partition that is not taken to its end.
    head: usize,
    failure: Option<Error>,
}

#[derive(Debug, Default)]
struct Lane {
    batches: VecDeque<(RecordBatch, usize)>,
    bytes: usize,
    finished: bool,
}

impl Queue {
    pub(super) fn new(partitions: usize, options: FeedOptions) -> Arc<Self> {
        let lanes = (0..partitions).map(|_| Lane::default()).collect();
        let state = State { lanes, unclaimed: 0, head: 0, failure: None };
        Arc::new(Self {
            state: Mutex::new(state),
            filled: Condvar::new(),
            drained: Condvar::new(),
            options,
        })
    }

    /// The next partition to pull. Waits while too many are not taken to their end, so that memory
    /// stays bounded; `None` where there is no more to do.
    pub(super) fn claim(&self) -> Option<usize> {
        let mut state = lock(&self.state);
        loop {
            if state.failure.is_some() || state.unclaimed == state.lanes.len() {
                return None;
            }
            if state.open_lanes() <= self.options.threads {
                state.unclaimed += 1;
                return Some(state.unclaimed - 1);
            }
            state = wait(&self.drained, state);
        }
    }

    /// Adds a batch; waits while its lane is full. `false` once the queue has failed.
    pub(super) fn push(&self, partition: usize, batch: RecordBatch) -> bool {
        let bytes = batch.get_array_memory_size();
        let mut state = lock(&self.state);
        while state.failure.is_none() && state.lanes[partition].bytes > self.room() {
            state = wait(&self.drained, state);
        }
        if state.failure.is_some() {
            return false;
        }
        let lane = &mut state.lanes[partition];
        lane.bytes += bytes;
        lane.batches.push_back((batch, bytes));
        self.filled.notify_one();
        true
    }

    fn room(&self) -> usize {
        self.options.bytes_per_partition
    }

    /// Says that a partition has no more rows: the explicit end, without which its lane stays open.
    pub(super) fn finish(&self, partition: usize) {
        let mut state = lock(&self.state);
        state.lanes[partition].finished = true;
        state.advance();
        self.filled.notify_all();
        self.drained.notify_all();
    }

    /// Ends everything with an error; the first one stays.
    pub(super) fn fail(&self, error: Error) {
        let mut state = lock(&self.state);
        state.failure.get_or_insert(error);
        state.lanes.iter_mut().for_each(|lane| lane.batches.clear());
        self.filled.notify_all();
        self.drained.notify_all();
    }

    /// Takes a batch; waits at most this long for one.
    pub(super) fn pop(&self, longest: Duration) -> Result<Pulled> {
        let begun = Instant::now();
        let mut state = lock(&self.state);
        loop {
            if let Some(error) = &state.failure {
                return Err(error.clone());
            }
            if let Some(batch) = state.take(self.options.ordered) {
                self.drained.notify_all();
                return Ok(Pulled::Batch(batch));
            }
            if state.head == state.lanes.len() {
                return Ok(Pulled::End);
            }
            let left = longest.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Ok(Pulled::Pending);
            }
            let waited = self.filled.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl State {
    /// A batch of the head lane, or of any lane where order does not matter.
    fn take(&mut self, ordered: bool) -> Option<RecordBatch> {
        let last = if ordered { self.head + 1 } else { self.unclaimed };
        let last = last.min(self.lanes.len());
        let open = self.lanes.get_mut(self.head..last)?;
        let lane = open.iter_mut().find(|lane| !lane.batches.is_empty())?;
        let (batch, bytes) = lane.batches.pop_front()?;
        lane.bytes -= bytes;
        self.advance();
        Some(batch)
    }

    fn advance(&mut self) {
        self.head += self.lanes[self.head..].iter().take_while(|lane| lane.is_done()).count();
    }

    /// Partitions that were claimed and are not taken to their end.
    fn open_lanes(&self) -> usize {
        let claimed = &self.lanes[self.head.min(self.unclaimed)..self.unclaimed];
        claimed.iter().filter(|lane| !lane.is_done()).count()
    }
}

impl Lane {
    fn is_done(&self) -> bool {
        self.finished && self.batches.is_empty()
    }
}

fn wait<'a>(condition: &Condvar, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
    condition.wait(state).unwrap_or_else(PoisonError::into_inner)
}
