//! The store that one machine's processes share: a SQLite file.

mod append;
mod failed;
mod file;
mod leases;
mod projection;
mod read;
mod rebuild;
mod wal;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use sqlflow_fault as fault;

use crate::store::known::KnownRuns;
use crate::{
    Event, Fact, HistoryQuery, Lease, LeaseRequest, RunId, RunStore, RunSummary, Scope, StoreError,
};

use failed::Failed;

/// Keeps logs in a SQLite file, by default `.sqlflow/runs.db`, which other processes can read and
/// write at the same time.
///
/// What was appended survives the process and the machine: each append is one transaction that is
/// on the disk when it returns. Every event is tied to the one before it by a hash, so that a log
/// that was cut or changed is refused and never taken for a shorter one.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    connection: Connection,
    known: KnownRuns,
}

impl SqliteStore {
    /// Opens the file, or makes it: private to the user (0600), and its folder too (0700) where
    /// that is made.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] where it cannot be opened, or its file system lets it not be
    /// shared or not be kept; [`StoreError::Newer`] for a store of a newer version;
    /// [`StoreError::Corrupt`] for a file that is damaged or is no run store.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = file::open(path).map_err(|failed| failed.tell(path))?;
        let kept = Mutex::new(Kept { connection, known: KnownRuns::default() });
        Ok(Self { path: path.to_owned(), kept })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A panic rolls the transaction back; what is known is compared with the file before use.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failed>,
    ) -> Result<T, StoreError> {
        let mut kept = self.kept();
        let transaction = kept.connection.transaction().map_err(Failed::from);
        let done = transaction.and_then(|transaction| work(&transaction));
        done.map_err(|failed| failed.tell(&self.path))
    }

    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>, &mut KnownRuns) -> Result<T, Failed>,
    ) -> Result<T, StoreError> {
        let Kept { connection, known } = &mut *self.kept();
        in_transaction(connection, |transaction| work(transaction, known))
            .map_err(|failed| failed.tell(&self.path))
    }
}

/// Does the work as the only writer, whole or not at all.
fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Failed>,
) -> Result<T, Failed> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

impl RunStore for SqliteStore {
    fn append(
        &self,
        run: &RunId,
        expected_seq: u64,
        lease: Option<&Lease>,
        facts: Vec<Fact>,
    ) -> Result<Vec<Event>, StoreError> {
        let events = self.write(|transaction, known| {
            leases::check_fence(transaction, lease)?;
            append::append(transaction, known, run, expected_seq, facts)
        })?;
        fault::point(fault::STORE_APPENDED);
        if events.first().is_some_and(|event| event.seq == 1) {
            wal::empty(&self.kept().connection);
        }
        Ok(events)
    }

    fn load(&self, run: &RunId, after: u64) -> Result<Vec<Event>, StoreError> {
        self.read(|transaction| read::load(transaction, run, after))
    }

    fn summary(&self, run: &RunId) -> Result<RunSummary, StoreError> {
        self.read(|transaction| read::summary(transaction, run))
    }

    fn history(&self, query: &HistoryQuery) -> Result<Vec<RunSummary>, StoreError> {
        self.read(|transaction| read::history(transaction, query))
    }

    fn acquire(&self, request: &LeaseRequest) -> Result<Lease, StoreError> {
        self.write(|transaction, _| leases::acquire(transaction, request))
    }

    fn renew(&self, lease: &Lease, lasts: Duration) -> Result<Lease, StoreError> {
        self.write(|transaction, _| leases::renew(transaction, lease, lasts))
    }

    fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.write(|transaction, _| leases::release(transaction, lease))
    }

    fn lease(&self, scope: &Scope) -> Result<Option<Lease>, StoreError> {
        self.read(|transaction| leases::find(transaction, scope))
    }

    fn unseen(&self, observer: &str) -> Result<Vec<(RunId, u64)>, StoreError> {
        self.read(|transaction| read::unseen(transaction, observer))
    }

    fn knows(&self, observer: &str) -> Result<bool, StoreError> {
        self.read(|transaction| read::knows(transaction, observer))
    }

    fn saw(&self, observer: &str, run: &RunId, seq: u64) -> Result<(), StoreError> {
        self.write(|transaction, _| append::saw(transaction, observer, run, seq))
    }

    fn rebuild(&self, repair: bool) -> Result<Vec<RunId>, StoreError> {
        self.write(|transaction, _| rebuild::rebuild(transaction, repair))
    }

    fn remove(&self, run: &RunId) -> Result<(), StoreError> {
        self.write(|transaction, _| append::remove(transaction, run))
    }
}
