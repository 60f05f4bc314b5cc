//! A text file of the project that a verb reads and may write again.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sqlflow_profile::Project;
use tempfile::NamedTempFile;

use crate::code;
use crate::failure::Failure;

/// A file that lies in the project, with its text.
#[derive(Debug)]
pub(crate) struct ProjectFile {
    /// What it says.
    pub(crate) text: String,
    /// Where it really lies, links followed.
    path: PathBuf,
}

impl ProjectFile {
    /// Reads a file. Refuses one outside the project, also behind a link, and one that is no text.
    pub(crate) fn open(path: &Path, project: &Project) -> Result<Self, Failure> {
        let real = path.canonicalize().map_err(|error| unreadable(path, &error))?;
        let root = project.root();
        let root = root.canonicalize().map_err(|error| unreadable(root, &error))?;
        if !real.starts_with(&root) {
            return Err(outside(path, &root));
        }
        let text = fs::read_to_string(&real).map_err(|error| unreadable(path, &error))?;
        Ok(Self { text, path: real })
    }

    /// Writes the file anew, whole or not at all; it keeps its permissions.
    pub(crate) fn replace(&self, text: &str) -> Result<(), Failure> {
        let permissions = fs::metadata(&self.path).map(|found| found.permissions());
        let written = permissions.and_then(|permissions| {
            replace(&self.path, text, |file| file.set_permissions(permissions))
        });
        written.map_err(|error| unwritable(&self.path, &error))
    }
}

fn replace(
    path: &Path,
    text: &str,
    prepare: impl FnOnce(&fs::File) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    prepare(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn outside(path: &Path, root: &Path) -> Failure {
    let message = format!("{} does not lie in the project {}", path.display(), root.display());
    Failure::usage(
        code::OUTSIDE_PROJECT,
        message,
        "go to the project of the file and call it there",
    )
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let message = format!("{} cannot be read: {error}", path.display());
    Failure::usage(code::CANNOT_READ, message, "name a text file in UTF-8 that you may read")
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let message = format!("{} cannot be written: {error}", path.display());
    Failure::usage(code::CANNOT_WRITE, message, "look for space on the disk and the right to write")
}
