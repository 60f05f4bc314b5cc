//! Opening a database.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use duckdb::Connection;

use super::create::create;
use super::failure::{from_duckdb, from_message};
use super::file_claim::FileClaim;
use super::lockdown::{self, utf8};
use super::session::DuckSession;
use crate::config::{Database, EngineConfig, Purpose};
use crate::engine::{Engine, Session};
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::table_function::{Link, NativeDatabase, Registry, register};

/// A DuckDB database, open and locked down. It closes when it and its sessions are dropped.
pub struct DuckDb {
    connection: Mutex<Connection>,
    version: String,
    instance: Arc<Instance>,
}

/// What the sessions of a database share. The claim on the file goes last.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) registry: Arc<Registry>,
    pub(super) link: Arc<Link>,
    pub(super) threads: usize,
    pub(super) ordered: bool,
    _database: Arc<NativeDatabase>,
    _claim: Option<FileClaim>,
}

impl DuckDb {
    /// Opens the database, creates the schema `_sqlflow` in it when missing and opened to
    /// work, and locks the configuration: no file outside the allowed folders, no extension, no setting but
    /// `preserve_insertion_order`. Times are shown in UTC.
    ///
    /// # Errors
    /// Fails with `Locked` when another process, or this one, has the file open, with
    /// `NotADatabase` when the file is something else, and with `Io` when it cannot be made.
    pub fn open(config: &EngineConfig) -> Result<Self> {
        let (path, claim) = claimed(&config.database)?;
        if claim.is_some() {
            create(Path::new(&path))?;
        }
        let settings = lockdown::at_start(config)?;
        let database =
            NativeDatabase::open(&path, &settings).map_err(|reason| from_message(&reason))?;
        let connection = database.connect().map_err(|error| from_duckdb(&error))?;
        let link = Link::new(&database).map_err(other)?;
        let registry = Arc::<Registry>::default();
        register(&link, &registry).map_err(other)?;
        let (version, threads) = prepare(&connection, config)?;
        let instance = Instance {
            registry,
            link,
            threads,
            ordered: config.ordered,
            _database: database,
            _claim: claim,
        };
        Ok(Self { connection: Mutex::new(connection), version, instance: Arc::new(instance) })
    }
}

impl Engine for DuckDb {
    fn session(&self) -> Result<Box<dyn Session>> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let own = connection.try_clone().map_err(|error| from_duckdb(&error))?;
        Ok(Box::new(DuckSession::new(own, Arc::clone(&self.instance))))
    }

    fn name(&self) -> &'static str {
        "duckdb"
    }

    fn version(&self) -> &str {
        &self.version
    }
}

impl fmt::Debug for DuckDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DuckDb").field("version", &self.version).finish_non_exhaustive()
    }
}

/// Locks the configuration and makes room for SQLFlow's own tables; returns version and threads.
fn prepare(connection: &Connection, config: &EngineConfig) -> Result<(String, usize)> {
    let act = || {
        // Before the lock and in its own transaction: steps that made it later would conflict.
        if config.purpose == Purpose::Work {
            connection.execute_batch("CREATE SCHEMA IF NOT EXISTS _sqlflow")?;
        }
        connection.query_row("SELECT version(), current_setting('threads')", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    };
    let (version, threads): (String, i64) = act().map_err(|error| from_duckdb(&error))?;
    if config.purpose == Purpose::Bind {
        plan_little(connection).map_err(|error| from_duckdb(&error))?;
    }
    for statement in lockdown::statements(config)? {
        connection.execute_batch(&statement).map_err(|error| from_duckdb(&error))?;
    }
    Ok((version, usize::try_from(threads).unwrap_or(1)))
}

/// Turns the optimizer off but for what makes a statement of no rows read none: it is not to be
/// missed, or binding would read sources.
fn plan_little(connection: &Connection) -> duckdb::Result<()> {
    let names =
        "SELECT string_agg(name, ',') FROM duckdb_optimizers() WHERE name <> 'filter_pushdown'";
    let names: String = connection.query_row(names, [], |row| row.get(0))?;
    connection.execute_batch(&format!("SET GLOBAL disabled_optimizers = '{names}'"))
}

/// The path as DuckDB takes it, and the claim on it where it is a file.
fn claimed(database: &Database) -> Result<(String, Option<FileClaim>)> {
    let Database::File(path) = database else {
        return Ok((":memory:".to_owned(), None));
    };
    let canonical = canonical(path).map_err(|error| {
        let message = format!("cannot make a place for the database {}: {error}", path.display());
        EngineError::new(EngineErrorKind::Io, message)
    })?;
    let text = utf8(&canonical)?.to_owned();
    let claim = FileClaim::take(canonical).ok_or_else(|| held_here(path))?;
    Ok((text, Some(claim)))
}

/// Creates the parent folders and follows links, so that one file has one name.
fn canonical(path: &Path) -> std::io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    if absolute.exists() {
        return absolute.canonicalize();
    }
    let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else {
        return Ok(absolute);
    };
    fs::create_dir_all(parent)?;
    Ok(parent.canonicalize()?.join(name))
}

fn held_here(path: &Path) -> EngineError {
    let holder = format!("this process (PID {})", std::process::id());
    let message = format!(
        "{} is open already in {holder}; use its open engine, or close that first",
        path.display()
    );
    EngineError::new(EngineErrorKind::Locked { holder }, message)
}

fn other(reason: String) -> EngineError {
    EngineError::new(EngineErrorKind::Other, reason)
}
