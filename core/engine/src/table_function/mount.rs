//! Scans that SQL can read, by their tokens.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::column::Column;
use super::native::Link;
use crate::scan::{Scan, ScanError, ScanStream};
use crate::statement::{RowOrder, StatementState};

/// A scan made ready to be read by the statements of one session.
pub(crate) struct Mount {
    pub(super) scan: Arc<dyn Scan>,
    pub(super) columns: Vec<Column>,
    pub(super) statement: Arc<StatementState>,
    pub(super) threads: usize,
}

impl Mount {
    /// # Errors
    /// Fails, naming the column, when DuckDB cannot hold a column unchanged.
    pub(crate) fn new(
        scan: Arc<dyn Scan>,
        link: &Arc<Link>,
        statement: Arc<StatementState>,
        threads: usize,
    ) -> Result<Self, String> {
        let schema = scan.schema();
        if schema.fields().is_empty() {
            return Err("the stream has no columns".to_owned());
        }
        let columns: Result<_, _> =
            schema.fields().iter().map(|field| Column::new(link, field)).collect();
        Ok(Self { scan, columns: columns?, statement, threads })
    }

    /// Starts to read, in as many streams as the statement that starts now can take.
    pub(super) fn open(&self, projection: &[usize]) -> Result<Vec<Arc<dyn ScanStream>>, ScanError> {
        match self.statement.order() {
            RowOrder::Kept => Ok(vec![self.scan.open(projection, 1)?]),
            RowOrder::Free => Ok(vec![self.scan.open(projection, self.threads)?]),
            RowOrder::KeptInParts => self.scan.open_parts(projection, self.threads),
        }
    }
}

impl fmt::Debug for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mount").field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// The mounts of one database.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    mounts: Mutex<HashMap<i64, Arc<Mount>>>,
    /// Makes tokens that SQL of another session cannot guess.
    tokens: RandomState,
}

impl Registry {
    /// Takes a mount in and returns its token.
    pub(crate) fn insert(&self, mount: Mount) -> i64 {
        let mut mounts = self.locked();
        let mut seed = mounts.len();
        let token = loop {
            let token = (self.tokens.hash_one(seed) >> 1).cast_signed();
            if !mounts.contains_key(&token) {
                break token;
            }
            seed += 1;
        };
        mounts.insert(token, Arc::new(mount));
        token
    }

    pub(crate) fn remove(&self, token: i64) {
        self.locked().remove(&token);
    }

    pub(super) fn get(&self, token: i64) -> Option<Arc<Mount>> {
        self.locked().get(&token).map(Arc::clone)
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<i64, Arc<Mount>>> {
        self.mounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
