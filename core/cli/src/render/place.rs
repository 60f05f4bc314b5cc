//! Paths as they are shown.

use std::env;
use std::path::Path;

use crate::render::clean::clean_line;

/// The path as seen from the current folder where it lies below it, else whole, on one line and
/// harmless for a terminal.
pub(crate) fn shown(path: &Path) -> String {
    clean_line(&exact(path))
}

/// The same letter by letter, for programs that open the file.
pub(crate) fn exact(path: &Path) -> String {
    let here = env::current_dir().unwrap_or_default();
    let below = path.strip_prefix(&here).ok().filter(|rest| !rest.as_os_str().is_empty());
    below.unwrap_or(path).display().to_string()
}
