//! Making a database file: whole, or not at all.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process;

use super::failure::from_message;
use super::lockdown::utf8;
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::table_function::NativeDatabase;

/// Makes an empty database where there is no file. DuckDB writes a new file piece by piece, and one
/// that was cut short can never be opened: it is made beside its place and put there when it is
/// whole. Where another process is faster, its file stays.
pub(super) fn create(path: &Path) -> Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(()) };
    if path.exists() {
        return Ok(());
    }
    let name = format!(".{}.", name.to_string_lossy());
    sweep(folder, &name);
    let aside = folder.join(format!("{name}{}.new", process::id()));
    // Opened and closed, it is whole.
    drop(NativeDatabase::open(utf8(&aside)?, &[]).map_err(|reason| from_message(&reason))?);
    put(&aside, path).map_err(|error| {
        let message = format!("cannot make the database {}: {error}", path.display());
        EngineError::new(EngineErrorKind::Io, message)
    })
}

/// A link never replaces what is there; where the file system has none, a rename has to do.
fn put(aside: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(aside, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => fs::rename(aside, path),
        _ => fs::remove_file(aside),
    }
}

/// Removes what processes that have died meanwhile had begun to make.
fn sweep(folder: &Path, name: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let pid = file.strip_prefix(name).and_then(|rest| rest.strip_suffix(".new"));
        if pid.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            // What cannot be removed is in nobody's way.
            let _ = fs::remove_file(entry.path());
        }
    }
}
