//! Writing a file so that a reader sees the old text or the new one, never a part.

use std::fs;
use std::io;
use std::path::Path;

/// Puts `text` in place of the file at `path`, which may be missing, with its folders. A link keeps
/// leading to the file, and the file keeps its permissions.
///
/// # Errors
///
/// The file or its folder cannot be written; the old text is still there.
pub fn replace_file(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let next = folder.join(format!(".{name}.{}.new", std::process::id()));
    let written = fs::write(&next, text)
        .and_then(|()| match fs::metadata(&path) {
            Ok(old) => fs::set_permissions(&next, old.permissions()),
            Err(_) => Ok(()),
        })
        .and_then(|()| fs::rename(&next, &path));
    if written.is_err() {
        // Nothing more can be done about what was begun.
        let _ = fs::remove_file(&next);
    }
    written
}
