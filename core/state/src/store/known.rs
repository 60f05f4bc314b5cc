//! The runs that a store has read, so that an append need not read them again.

use std::collections::HashMap;

use crate::store::chain::{Hash, START};
use crate::{Event, RunId, RunState, apply};

/// More than one process works on at a time; a run that is not known is read again.
const MOST: usize = 64;

/// The runs that a store has read.
#[derive(Debug, Default)]
pub(crate) struct KnownRuns(HashMap<RunId, Known>);

/// What a log says up to its entry of this hash.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) state: RunState,
    pub(crate) head: Hash,
}

impl Default for Known {
    fn default() -> Self {
        Self { state: RunState::default(), head: START }
    }
}

impl Known {
    /// What the log says with these events, of which the last has this hash.
    pub(crate) fn and(&mut self, events: &[Event], head: Hash) {
        self.state = events.iter().fold(std::mem::take(&mut self.state), apply);
        self.head = head;
    }
}

impl KnownRuns {
    /// Takes out what is known of a run, where its log still ends at the entry of this hash.
    pub(crate) fn take(&mut self, run: &RunId, head: &Hash) -> Option<Known> {
        self.0.remove(run).filter(|known| known.head == *head)
    }

    /// Takes out what is known of a run, where it had come to this place when it was read.
    pub(crate) fn take_at(&mut self, run: &RunId, last_seq: u64) -> Option<Known> {
        self.0.remove(run).filter(|known| known.state.last_seq() == last_seq)
    }

    /// Keeps what is known of a run, unless nothing follows.
    pub(crate) fn keep(&mut self, run: &RunId, known: Known) {
        if known.state.is_terminal() {
            return;
        }
        if self.0.len() >= MOST {
            self.0.clear();
        }
        self.0.insert(*run, known);
    }
}
