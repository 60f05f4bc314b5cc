//! The store that the profile names.

use std::{path::PathBuf, sync::Arc};

use sqlflow_profile::substitute;
use sqlflow_state::{RunStore, StepError, StoreError, StoreKind, open_store};

use crate::{Workspace, errors};

/// Opens the store; one that forgets, where nothing is to be kept.
pub(crate) fn open(workspace: &Workspace, keep: bool) -> Result<Arc<dyn RunStore>, StepError> {
    let kind = if keep { kind(workspace)? } else { StoreKind::Memory };
    open_store(&kind).map(Arc::from).map_err(|error| errors::of_store(&error))
}

/// Opens the store where there is one; to look is not to make.
pub(crate) fn open_to_look(workspace: &Workspace) -> Result<Arc<dyn RunStore>, StepError> {
    let is_missing = matches!(kind(workspace)?, StoreKind::Sqlite(path) if !path.exists());
    open(workspace, !is_missing)
}

fn kind(workspace: &Workspace) -> Result<StoreKind, StepError> {
    match workspace.profile().runs.store.as_deref() {
        None => Ok(StoreKind::Sqlite(path(workspace))),
        Some(template) => named(workspace, template),
    }
}

/// Where a project keeps its runs, unless the profile says otherwise.
fn path(workspace: &Workspace) -> PathBuf {
    workspace.project().root().join(".sqlflow/runs.db")
}

/// The store of a word or of a URL, which may have a password out of the environment.
fn named(workspace: &Workspace, template: &str) -> Result<StoreKind, StepError> {
    let filled = substitute(template, &workspace.variables()).map_err(|wrong| {
        let what = wrong.iter().map(|wrong| wrong.message.as_str()).collect::<Vec<_>>().join(", ");
        errors::of_store(&StoreError::Unavailable { store: "of `runs.store`".to_owned(), what })
    })?;
    Ok(match filled.text.as_str() {
        "memory" => StoreKind::Memory,
        "sqlite" => StoreKind::Sqlite(path(workspace)),
        _ => StoreKind::Redis(filled.text),
    })
}
