//! The store that several machines share: a Redis server.

mod append;
mod failed;
mod keys;
mod leases;
mod projection;
mod read;
mod rebuild;
mod server;

use std::time::Duration;

use crate::{
    Event, Fact, HistoryQuery, Lease, LeaseRequest, RunId, RunStore, RunSummary, Scope, StoreError,
};

use server::Server;

/// Keeps logs in a Redis server, which other machines can read and write at the same time.
///
/// An append is one script, so it is seen whole or not at all. Whether it survives the server
/// depends on the server: see [`warnings`](RunStore::warnings). Every event is tied to the one
/// before it by a hash, as in a file. All keys begin with `{sqlflow}:`, so that a cluster keeps them
/// on one node, which a script needs. The server's clock says when a lease ends.
#[derive(Debug)]
pub struct RedisStore(Server);

impl RedisStore {
    /// Connects to `redis://[[user]:password@]host[:port][/db]`, or to `redis+unix:///path`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] where the server cannot be reached or refuses; the password is
    /// never a part of it.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        Ok(Self(Server::open(url)?))
    }
}

impl RunStore for RedisStore {
    fn append(
        &self,
        run: &RunId,
        expected_seq: u64,
        lease: Option<&Lease>,
        facts: Vec<Fact>,
    ) -> Result<Vec<Event>, StoreError> {
        append::append(&self.0, run, expected_seq, lease, facts)
    }

    fn load(&self, run: &RunId, after: u64) -> Result<Vec<Event>, StoreError> {
        Ok(read::load(&self.0, run, after)?.events)
    }

    fn summary(&self, run: &RunId) -> Result<RunSummary, StoreError> {
        read::summary(&self.0, run)
    }

    fn history(&self, query: &HistoryQuery) -> Result<Vec<RunSummary>, StoreError> {
        read::history(&self.0, query)
    }

    fn acquire(&self, request: &LeaseRequest) -> Result<Lease, StoreError> {
        leases::acquire(&self.0, request)
    }

    fn renew(&self, lease: &Lease, lasts: Duration) -> Result<Lease, StoreError> {
        leases::renew(&self.0, lease, lasts)
    }

    fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        leases::release(&self.0, lease)
    }

    fn lease(&self, scope: &Scope) -> Result<Option<Lease>, StoreError> {
        Ok(leases::find(&self.0, scope)?.lease)
    }

    fn unseen(&self, observer: &str) -> Result<Vec<(RunId, u64)>, StoreError> {
        read::unseen(&self.0, observer)
    }

    fn knows(&self, observer: &str) -> Result<bool, StoreError> {
        read::knows(&self.0, observer)
    }

    fn saw(&self, observer: &str, run: &RunId, seq: u64) -> Result<(), StoreError> {
        append::saw(&self.0, observer, run, seq)
    }

    fn rebuild(&self, repair: bool) -> Result<Vec<RunId>, StoreError> {
        rebuild::rebuild(&self.0, repair)
    }

    fn remove(&self, run: &RunId) -> Result<(), StoreError> {
        append::remove(&self.0, run)
    }

    fn warnings(&self) -> Vec<String> {
        server::warnings(&self.0)
    }
}
