//! The store that the profile names.

use std::{path::PathBuf, sync::Arc};

use sqlflow_state::{MemoryStore, RunStore, SqliteStore, StepError};

use crate::{Workspace, errors};

/// Where a project keeps its runs, unless the profile says otherwise.
pub(crate) fn default_path(workspace: &Workspace) -> PathBuf {
    workspace.project().root().join(".sqlflow/runs.db")
}

/// Opens the store; one that forgets, where nothing is to be kept.
pub(crate) fn open(workspace: &Workspace, keep: bool) -> Result<Arc<dyn RunStore>, StepError> {
    if !keep {
        return Ok(Arc::new(MemoryStore::default()));
    }
    let store = SqliteStore::open(&default_path(workspace));
    store.map(|store| Arc::new(store) as _).map_err(|error| errors::of_store(&error))
}
