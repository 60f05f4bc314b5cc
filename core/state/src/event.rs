//! One entry of a run's log.

use std::error::Error;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::{EventBody, Fact, RunId};

/// The version of the envelope that this crate writes, and the newest that it reads.
pub const EVENT_VERSION: u32 = 1;

/// One entry of a run's log, in JSON
/// `{"v","run_id","seq","ts","kind","step","attempt","data"}`, always with all eight keys.
///
/// New kinds and new fields of `data` keep the version: an older reader keeps the first as
/// [`EventBody::Unknown`] and ignores the second. An event of a newer version is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The version of the envelope.
    pub v: u32,
    /// The run.
    pub run_id: RunId,
    /// The place in the run's log: 1, 2, 3 … without gaps. It alone gives the order.
    pub seq: u64,
    /// When the event was appended: whole microseconds, in JSON RFC 3339 in UTC with six digits.
    pub ts: Timestamp,
    /// The step concerned; none where it is the run.
    pub step: Option<String>,
    /// The try of the step that this belongs to, from 1.
    pub attempt: Option<u32>,
    /// What happened.
    pub body: EventBody,
}

impl Event {
    /// Gives facts the places after the run's last event.
    pub(crate) fn place(run: RunId, last: u64, now: Timestamp, facts: Vec<Fact>) -> Vec<Self> {
        let places = facts.into_iter().zip(last + 1..);
        places.map(|(fact, seq)| Self::new(run, seq, now, fact)).collect()
    }

    /// Makes the log entry of a fact. Time below a microsecond is cut off.
    fn new(run_id: RunId, seq: u64, now: Timestamp, fact: Fact) -> Self {
        let ts = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
        let Fact { step, attempt, body } = fact;
        Self { v: EVENT_VERSION, run_id, seq, ts, step, attempt, body }
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Written {
            v: self.v,
            run_id: self.run_id,
            seq: self.seq,
            ts: format!("{:.6}", self.ts),
            kind: self.body.kind(),
            step: self.step.as_deref(),
            attempt: self.attempt,
            data: Data(&self.body),
        }
        .serialize(to)
    }
}

#[derive(Serialize)]
struct Written<'a> {
    v: u32,
    run_id: RunId,
    seq: u64,
    ts: String,
    kind: &'a str,
    step: Option<&'a str>,
    attempt: Option<u32>,
    data: Data<'a>,
}

struct Data<'a>(&'a EventBody);

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_data(to)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Read::deserialize(from)?.into_event().map_err(de::Error::custom)
    }
}

#[derive(Deserialize)]
struct Read {
    v: u32,
    run_id: RunId,
    seq: u64,
    ts: String,
    kind: String,
    step: Option<String>,
    attempt: Option<u32>,
    #[serde(default)]
    data: Value,
}

impl Read {
    fn into_event(self) -> Result<Event, Unreadable> {
        let unreadable = |what| Unreadable { run_id: self.run_id, seq: self.seq, what };
        if self.v > EVENT_VERSION {
            return Err(unreadable(format!(
                "has version {}, written by a newer sqlflow; upgrade sqlflow to read it",
                self.v
            )));
        }
        let ts = self.ts.parse().map_err(|error| unreadable(format!("has a bad `ts`: {error}")))?;
        let body = EventBody::from_json(self.kind, self.data)
            .map_err(|error| unreadable(format!("has bad `data`: {error}")))?;
        let Self { v, run_id, seq, step, attempt, .. } = self;
        Ok(Event { v, run_id, seq, ts, step, attempt, body })
    }
}

#[derive(Debug)]
struct Unreadable {
    run_id: RunId,
    seq: u64,
    what: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {} of run {} {}", self.seq, self.run_id, self.what)
    }
}

impl Error for Unreadable {}
