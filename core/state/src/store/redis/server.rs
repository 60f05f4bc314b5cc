//! The connection, opened again where it broke.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::{Client, Connection, ErrorKind, RedisResult};

use super::failed::unavailable;
use crate::StoreError;
use crate::store::known::KnownRuns;

/// How long the server may take to answer, or to be reached.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Server {
    client: Client,
    /// Host and port, without secrets.
    name: String,
    kept: Mutex<Kept>,
}

#[derive(Default)]
pub(super) struct Kept {
    connection: Option<Connection>,
    pub(super) known: KnownRuns,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("known", &self.known).finish_non_exhaustive()
    }
}

impl Server {
    pub(super) fn open(url: &str) -> Result<Self, StoreError> {
        let client = Client::open(url).map_err(|error| unavailable("redis", &error))?;
        let name = format!("redis://{}", client.get_connection_info().addr());
        let server = Self { client, name, kept: Mutex::default() };
        server.ask(|connection| redis::cmd("PING").query::<String>(connection))?;
        Ok(server)
    }

    pub(super) fn kept(&self) -> MutexGuard<'_, Kept> {
        // What is known is compared with the server before it is used.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the server; a second time where the connection was found broken, so that asking twice
    /// must be the same as asking once.
    pub(super) fn ask<T>(
        &self,
        work: impl Fn(&mut Connection) -> RedisResult<T>,
    ) -> Result<T, StoreError> {
        let mut kept = self.kept();
        let first = self.try_ask(&mut kept, &work);
        let done = match first {
            Err(error) if error.is_connection_dropped() => self.try_ask(&mut kept, &work),
            done => done,
        };
        done.map_err(|error| unavailable(&self.name, &error))
    }

    fn try_ask<T>(
        &self,
        kept: &mut Kept,
        work: impl Fn(&mut Connection) -> RedisResult<T>,
    ) -> RedisResult<T> {
        let mut connection = match kept.connection.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let done = work(&mut connection);
        // After an error, an answer may still be on its way that the next question would take.
        let is_answer = |kind| matches!(kind, ErrorKind::Server(_) | ErrorKind::Extension);
        let is_whole = done.as_ref().map_or_else(|error| is_answer(error.kind()), |_| true);
        kept.connection = is_whole.then_some(connection);
        done
    }

    fn connect(&self) -> RedisResult<Connection> {
        let connection = self.client.get_connection_with_timeout(PATIENCE)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.set_write_timeout(Some(PATIENCE))?;
        Ok(connection)
    }
}

/// What of the server's settings may lose what was appended.
pub(super) fn warnings(server: &Server) -> Vec<String> {
    let setting = |name: &str| {
        let found: Result<Vec<String>, _> =
            server.ask(|connection| redis::cmd("CONFIG").arg("GET").arg(name).query(connection));
        found.ok().and_then(|pair| pair.into_iter().nth(1))
    };
    let name = &server.name;
    match (setting("appendonly").as_deref(), setting("appendfsync").as_deref()) {
        (Some("yes"), Some("always")) => Vec::new(),
        (Some("yes"), Some(when)) => vec![format!(
            "the run store {name} can lose its last events with its machine (appendfsync is {when}); \
             set it to always"
        )],
        (Some(_), _) => vec![format!(
            "the run store {name} forgets runs with its process (appendonly is off); set appendonly \
             to yes and appendfsync to always"
        )],
        _ => vec![format!(
            "the run store {name} does not say whether it keeps what it is told; see that \
             appendfsync is always"
        )],
    }
}
