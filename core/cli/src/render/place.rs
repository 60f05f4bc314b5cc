//! Paths as they are shown.

use std::env;
use std::path::Path;

use crate::render::clean::clean_line;

/// The path as seen from the current folder where it lies below it, else whole.
pub(crate) fn shown(path: &Path) -> String {
    let here = env::current_dir().unwrap_or_default();
    let below = path.strip_prefix(&here).ok().filter(|rest| !rest.as_os_str().is_empty());
    clean_line(&below.unwrap_or(path).display().to_string())
}
