//! The store's file: made whole or not at all, opened only as what it was made.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tempfile::Builder;

use super::failed::Failed;
use super::wal;
use crate::StoreError;

const SCHEMA: &str = include_str!("schema.sql");
/// The newest version of the schema, and the only one so far.
const VERSION: i64 = 1;
/// "SQLF": what tells a run store from any other SQLite file.
const APPLICATION: i64 = 0x5351_4c46;
/// How long a writer waits for another one, which is done within milliseconds unless it is stuck.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How many statements are kept prepared: a few more than there are.
const STATEMENTS: usize = 48;

pub(super) fn open(path: &Path) -> Result<Connection, Failed> {
    make(path)?;
    let mut connection = connect(path)?;
    check(&connection)?;
    wal::check(&mut connection, path)?;
    Ok(connection)
}

/// Sees to it that there is a file that only its owner can read.
fn make(path: &Path) -> Result<(), Failed> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // Looked for first: who finds a log and then no file did not just miss the file being made.
    let has_wal = fs::metadata(wal::path(path)).is_ok_and(|wal| wal.len() > 0);
    match fs::metadata(path) {
        Ok(file) if file.len() == 0 => Err(Failed::corrupt(format!("{} is empty", path.display()))),
        Ok(file) if file.permissions().mode() & 0o077 != 0 => {
            Ok(fs::set_permissions(path, Permissions::from_mode(0o600))?)
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        Err(_) if has_wal => {
            Err(Failed::corrupt(format!("{} is gone, its -wal file is there", path.display())))
        }
        Err(_) => make_new(path, folder),
    }
}

/// Makes the store beside its place and moves it there, so that it is never seen half made: a file
/// that is empty is one that was cut.
fn make_new(path: &Path, folder: &Path) -> Result<(), Failed> {
    let made = Builder::new().prefix(".runs-").tempfile_in(folder)?.into_temp_path();
    fill(&made)?;
    File::open(&made)?.sync_all()?;
    match made.persist_noclobber(path) {
        Ok(()) => Ok(File::open(folder)?.sync_all()?),
        Err(other) if other.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(other) => Err(other.error.into()),
    }
}

fn fill(made: &Path) -> Result<(), Failed> {
    let connection = open_file(made)?;
    // Nobody sees it before it is whole, so it need not be on the disk step by step.
    connection.pragma_update(None, "synchronous", "OFF")?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", first)?;
    if mode != "wal" {
        return Err(unfit("its file system cannot share it between processes"));
    }
    connection.execute_batch(SCHEMA)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    Ok(connection.close().map_err(|(_, error)| error)?)
}

fn open_file(path: &Path) -> Result<Connection, Failed> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(path, flags)?)
}

fn connect(path: &Path) -> Result<Connection, Failed> {
    let connection = open_file(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", first)?;
    if synchronous == 2 {
        Ok(connection)
    } else {
        Err(unfit("it cannot be told to wait for the disk"))
    }
}

/// Refuses what is no run store, or not one of this version.
fn check(connection: &Connection) -> Result<(), Failed> {
    let pragma = |name| connection.pragma_query_value(None, name, first::<i64>);
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    if application != APPLICATION || version < 1 {
        return Err(Failed::corrupt("the file is not a run store"));
    }
    if version > VERSION {
        let what = format!(
            "it has version {version}, written by a newer sqlflow; upgrade sqlflow to read it"
        );
        return Err(StoreError::Newer { what }.into());
    }
    let mode: String = connection.pragma_query_value(None, "journal_mode", first)?;
    if mode == "wal" { Ok(()) } else { Err(Failed::corrupt("its header was changed")) }
}

fn first<T: rusqlite::types::FromSql>(row: &rusqlite::Row<'_>) -> rusqlite::Result<T> {
    row.get(0)
}

fn unfit(what: &str) -> Failed {
    Failed::File(io::Error::new(io::ErrorKind::Unsupported, what))
}

/// The path with this behind its name.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
