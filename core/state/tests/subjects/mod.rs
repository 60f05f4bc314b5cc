//! One of each kind of store, empty.

use std::ops::Deref;

use sqlflow_state::{MemoryStore, RunStore, SqliteStore};
use tempfile::TempDir;

/// A store, and what it needs to exist.
#[derive(Debug)]
pub(crate) struct Subject {
    store: Box<dyn RunStore>,
    _folder: Option<TempDir>,
}

impl Deref for Subject {
    type Target = dyn RunStore;

    fn deref(&self) -> &Self::Target {
        &*self.store
    }
}

pub(crate) fn stores() -> Vec<Subject> {
    vec![memory(), sqlite()]
}

pub(crate) fn memory() -> Subject {
    Subject { store: Box::new(MemoryStore::default()), _folder: None }
}

pub(crate) fn sqlite() -> Subject {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join(".sqlflow/runs.db")).unwrap();
    Subject { store: Box::new(store), _folder: Some(folder) }
}
