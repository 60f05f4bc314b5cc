//! Who may write to the runs of a pipeline.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{RunId, StoreError};

/// What one runner at a time has: a pipeline of a project (R7).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    /// The project, by its folder.
    pub project: String,
    /// The pipeline's name.
    pub pipeline: String,
}

/// The right to run a pipeline, until it expires or is taken over.
///
/// Who takes a lease over gets a higher epoch, and from then on nothing is written for a lower one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The pipeline.
    pub scope: Scope,
    /// The process that has it.
    pub owner: String,
    /// 1 for the first lease of a pipeline, one more for each after it.
    pub epoch: u64,
    /// The run it is used for, once that is known.
    pub run: Option<RunId>,
    /// When it ends unless it is renewed.
    pub expires: Timestamp,
}

/// Asks for a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseRequest {
    /// The pipeline.
    pub scope: Scope,
    /// The process that asks.
    pub owner: String,
    /// How long it lasts without being renewed.
    pub lasts: Duration,
    /// The epoch of a lease whose owner is known to be dead: it is taken over before it expires.
    pub instead_of: Option<u64>,
}

impl Lease {
    /// Whether it has ended by itself.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires <= now
    }

    /// Refuses who has this lease where another one is there.
    pub(crate) fn check_fence(&self, there: Option<&Self>) -> Result<(), StoreError> {
        if there.is_some_and(|lease| lease.epoch == self.epoch) {
            return Ok(());
        }
        Err(self.fenced())
    }

    /// What is told to who has this lease once it was taken over.
    pub(crate) fn fenced(&self) -> StoreError {
        StoreError::Fenced { scope: self.scope.clone(), epoch: self.epoch }
    }

    /// The lease that lasts this long from now.
    pub(crate) fn renewed(&self, now: Timestamp, lasts: Duration) -> Self {
        Self { expires: end(now, lasts), ..self.clone() }
    }

    /// The lease that was given back: its epoch stays, so that the next one is higher.
    pub(crate) fn ended(&self) -> Self {
        Self { expires: Timestamp::UNIX_EPOCH, ..self.clone() }
    }

    /// What a request gets where this lease is there.
    pub(crate) fn after(
        there: Option<&Self>,
        asked: &LeaseRequest,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let is_free =
            |lease: &Self| lease.has_expired(now) || asked.instead_of == Some(lease.epoch);
        match there {
            Some(lease) if !is_free(lease) => Err(StoreError::Held(Box::new(lease.clone()))),
            _ => Ok(Self {
                scope: asked.scope.clone(),
                owner: asked.owner.clone(),
                epoch: there.map_or(0, |lease| lease.epoch) + 1,
                run: None,
                expires: end(now, asked.lasts),
            }),
        }
    }
}

/// The end of a lease that begins now.
fn end(now: Timestamp, lasts: Duration) -> Timestamp {
    now.checked_add(lasts).unwrap_or(Timestamp::MAX)
}
