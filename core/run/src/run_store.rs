//! The store that the profile names.

use std::{path::PathBuf, sync::Arc};

use sqlflow_state::{MemoryStore, RunStore, SqliteStore, StepError, StoreError};

use crate::{Workspace, errors};

/// Where a project keeps its runs, unless the profile says otherwise.
fn default_path(workspace: &Workspace) -> PathBuf {
    workspace.project().root().join(".sqlflow/runs.db")
}

/// Opens the store; one that forgets, where nothing is to be kept.
pub(crate) fn open(workspace: &Workspace, keep: bool) -> Result<Arc<dyn RunStore>, StepError> {
    match workspace.profile().runs.store.as_deref() {
        _ if !keep => Ok(Arc::new(MemoryStore::default())),
        Some("memory") => Ok(Arc::new(MemoryStore::default())),
        None | Some("sqlite") => {
            let store = SqliteStore::open(&default_path(workspace));
            Ok(Arc::new(store.map_err(|error| errors::of_store(&error))?))
        }
        Some(_) => Err(errors::of_store(&StoreError::Unavailable {
            store: "at `runs.store`".to_owned(),
            what: "runs are not kept in Redis yet; write `sqlite`".to_owned(),
        })),
    }
}

/// Opens the store where there is one; to look is not to make.
pub(crate) fn open_to_look(workspace: &Workspace) -> Result<Arc<dyn RunStore>, StepError> {
    let is_file = matches!(workspace.profile().runs.store.as_deref(), None | Some("sqlite"));
    open(workspace, !is_file || default_path(workspace).exists())
}
