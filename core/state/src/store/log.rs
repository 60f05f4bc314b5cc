//! Events as the stores keep them: text, each tied to the one before it.

use crate::store::chain::{Hash, START, link};
use crate::{Event, RunId, StoreError};

/// An event as it is kept.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) seq: u64,
    /// The event's JSON.
    pub(crate) text: String,
    pub(crate) hash: Hash,
}

/// The entries of events that follow the entry of this hash.
pub(crate) fn entries(mut head: Hash, events: &[Event]) -> Result<Vec<Entry>, StoreError> {
    let entry = |event: &Event| {
        let text = serde_json::to_string(event).map_err(|error| unwritable(event, &error))?;
        head = link(&head, &text);
        Ok(Entry { seq: event.seq, text, hash: head })
    };
    events.iter().map(entry).collect()
}

fn unwritable(event: &Event, error: &serde_json::Error) -> StoreError {
    let what = format!("event {} cannot be written: {error}", event.seq);
    StoreError::Corrupt { run: Some(event.run_id), what }
}

/// Reads the entries of a run back, one after the other, and believes none that does not follow
/// from the one before it.
#[derive(Debug)]
pub(crate) struct Reader {
    run: RunId,
    last: u64,
    head: Hash,
}

impl Reader {
    pub(crate) fn new(run: RunId) -> Self {
        Self::after(run, 0, START)
    }

    /// Reads on behind the entry of this place and hash.
    pub(crate) fn after(run: RunId, last: u64, head: Hash) -> Self {
        Self { run, last, head }
    }

    pub(crate) fn read(&mut self, entry: &Entry) -> Result<Event, StoreError> {
        self.last += 1;
        if entry.seq != self.last {
            return Err(self.corrupt(format!("event {} is gone", self.last)));
        }
        self.head = link(&self.head, &entry.text);
        if entry.hash != self.head {
            return Err(self.corrupt(format!("event {} is not as it was written", self.last)));
        }
        // As it was written, so a text that cannot be read is of a newer version.
        let event: Event = serde_json::from_str(&entry.text)
            .map_err(|error| StoreError::Newer { what: error.to_string() })?;
        if (event.run_id, event.seq) == (self.run, self.last) {
            Ok(event)
        } else {
            Err(self.corrupt(format!("event {} stands in another one's place", self.last)))
        }
    }

    /// Whether the entry of this hash is the last one.
    pub(crate) fn end(self, head: &Hash) -> Result<(), StoreError> {
        if self.head == *head {
            return Ok(());
        }
        Err(self.corrupt(format!("it does not end at event {}", self.last)))
    }

    fn corrupt(&self, what: String) -> StoreError {
        StoreError::Corrupt { run: Some(self.run), what }
    }
}
