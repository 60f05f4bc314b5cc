//! `sqlflow plugin remove`.

use std::io::{self, Write};

use sqlflow_host::Lock;

use super::PluginRemoveArgs;
use super::place::{folder, project};
use crate::exit;
use crate::failure::Outcome;
use crate::render::place::shown;

/// Takes an installed plugin away and its pin out of the project.
pub(super) fn remove(args: &PluginRemoveArgs) -> Outcome {
    let folder = folder()?;
    let pin = folder.remove(&args.name)?;
    let mut told = format!("removed {} {} from {}\n", pin.name, pin.version, shown(folder.path()));
    if let Some(project) = project()? {
        let unpin = |lock: &mut Lock| {
            let path = lock.path().to_owned();
            Ok(lock.remove(&args.name).map(|_| path))
        };
        if let Some(path) = Lock::change(project.root(), unpin)? {
            told.push_str(&format!("  no longer pinned in {}\n", shown(&path)));
        }
    }
    io::stdout().write_all(told.as_bytes())?;
    Ok(exit::OK)
}
