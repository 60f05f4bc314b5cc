use std::error::Error;
use std::fmt;

use crate::{Lease, RunId, Scope, code};

/// Why a store did not do what was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// Somebody else has appended to the run; nothing was appended now.
    Stale {
        /// The run.
        run: RunId,
        /// The last place that the caller knew.
        expected: u64,
        /// The last place there is.
        actual: u64,
    },
    /// The store has no such run.
    RunNotFound {
        /// The run.
        run: RunId,
    },
    /// Another process has the lease of the pipeline.
    Held(Box<Lease>),
    /// Another process has taken over the lease; nothing was written.
    Fenced {
        /// The pipeline.
        scope: Scope,
        /// The epoch that this process has.
        epoch: u64,
    },
    /// A log or the store itself is not as it was written.
    Corrupt {
        /// The run, where one is concerned.
        run: Option<RunId>,
        /// What is wrong.
        what: String,
    },
    /// The store cannot be reached, opened, read or written.
    Unavailable {
        /// The store, without secrets.
        store: String,
        /// What it said.
        what: String,
    },
}

impl StoreError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stale { .. } => code::STALE,
            Self::RunNotFound { .. } => code::RUN_NOT_FOUND,
            Self::Held(_) => code::HELD,
            Self::Fenced { .. } => code::FENCED,
            Self::Corrupt { .. } => code::CORRUPT,
            Self::Unavailable { .. } => code::UNAVAILABLE,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stale { run, expected, actual } => write!(
                f,
                "the log of run {run} ends at event {actual}, not {expected}; \
                 load it again and decide anew"
            ),
            Self::RunNotFound { run } => {
                write!(f, "there is no run {run}; check the id and the store it was kept in")
            }
            Self::Held(lease) => write!(
                f,
                "`{}` is being run by {}; wait for it with --wait, or cancel that run",
                lease.scope.pipeline, lease.owner
            ),
            Self::Fenced { scope, .. } => write!(
                f,
                "another process has taken over `{}`; nothing more is written by this one",
                scope.pipeline
            ),
            Self::Corrupt { run: Some(run), what } => {
                write!(f, "the log of run {run} is damaged: {what}; restore the run store")
            }
            Self::Corrupt { run: None, what } => {
                write!(f, "the run store is damaged: {what}; restore it, or move it away")
            }
            Self::Unavailable { store, what } => {
                write!(f, "the run store {store} cannot be used: {what}")
            }
        }
    }
}

impl Error for StoreError {}
