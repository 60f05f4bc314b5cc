//! One open database a file and process.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// The files held open. DuckDB's file lock does not hold within one process, and closing a second
/// opening would drop the lock of the first.
static HELD: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The right to open a file, given back on drop.
#[derive(Debug)]
pub(super) struct FileClaim(PathBuf);

impl FileClaim {
    /// Claims a file by its canonical path, or nothing when it is claimed already.
    pub(super) fn take(path: PathBuf) -> Option<Self> {
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(path.clone()).then(|| Self(path))
    }
}

impl Drop for FileClaim {
    fn drop(&mut self) {
        HELD.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}
