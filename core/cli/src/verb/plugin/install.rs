//! `sqlflow plugin install`.

use std::io::{self, Write};

use sqlflow_host::Lock;

use super::PluginInstallArgs;
use super::place::{folder, project};
use crate::exit;
use crate::failure::Outcome;
use crate::render::clean::clean_line;
use crate::render::place::shown;

/// Copies a library, records its hash and pins it in the project. None of its code runs.
pub(super) fn install(args: &PluginInstallArgs) -> Outcome {
    let folder = folder()?;
    let (pin, _) = folder.install(&args.path)?;
    let mut told = format!(
        "installed {} {} in {}\n  sha256 {}\n",
        clean_line(&pin.name),
        clean_line(&pin.version),
        shown(folder.path()),
        pin.sha256
    );
    if let Some(project) = project()? {
        let path = Lock::change(project.root(), |lock| {
            lock.set(pin);
            Ok(lock.path().to_owned())
        })?;
        told.push_str(&format!("  pinned in {}\n", shown(&path)));
    }
    io::stdout().write_all(told.as_bytes())?;
    Ok(exit::OK)
}
