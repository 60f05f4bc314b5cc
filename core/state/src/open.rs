//! From where a store is kept to the store.

use std::path::PathBuf;

use crate::{MemoryStore, RedisStore, RunStore, SqliteStore, StoreError};

/// Where the logs of runs are kept.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreKind {
    /// Nowhere: they die with the process.
    Memory,
    /// In this file.
    Sqlite(PathBuf),
    /// In the server of this URL, which may hold a password.
    Redis(String),
}

impl std::fmt::Debug for StoreKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Memory => f.write_str("Memory"),
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Redis(_) => f.write_str("Redis(..)"),
        }
    }
}

/// Opens the store of this kind; makes the file of one that has none.
///
/// # Errors
///
/// Those of [`SqliteStore::open`] and [`RedisStore::open`].
pub fn open_store(kind: &StoreKind) -> Result<Box<dyn RunStore>, StoreError> {
    Ok(match kind {
        StoreKind::Memory => Box::new(MemoryStore::default()),
        StoreKind::Sqlite(path) => Box::new(SqliteStore::open(path)?),
        StoreKind::Redis(url) => Box::new(RedisStore::open(url)?),
    })
}
