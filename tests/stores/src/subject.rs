use std::ops::Deref;
use std::path::PathBuf;

use sqlflow_state::{MemoryStore, RunStore, SqliteStore};
use tempfile::TempDir;

/// A store to be tried, and what it needs to exist.
#[derive(Debug)]
pub struct Subject {
    /// What it is called in messages.
    pub name: &'static str,
    store: Box<dyn RunStore>,
    folder: Option<TempDir>,
}

impl Subject {
    /// A store that needs nothing.
    pub fn new(name: &'static str, store: impl RunStore + 'static) -> Self {
        Self { name, store: Box::new(store), folder: None }
    }

    /// The file of a store in SQLite.
    ///
    /// # Panics
    ///
    /// For any other store.
    pub fn file(&self) -> PathBuf {
        file(self.folder.as_ref().unwrap())
    }
}

impl Deref for Subject {
    type Target = dyn RunStore;

    fn deref(&self) -> &Self::Target {
        &*self.store
    }
}

/// An empty store in memory.
pub fn memory() -> Subject {
    Subject::new("memory", MemoryStore::default())
}

/// An empty store in a file.
///
/// # Panics
///
/// Where the file cannot be made.
pub fn sqlite() -> Subject {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&file(&folder)).unwrap();
    Subject { folder: Some(folder), ..Subject::new("sqlite", store) }
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join(".sqlflow/runs.db")
}
