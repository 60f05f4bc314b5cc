//! A file before and after.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use similar::TextDiff;
use sqlflow_profile::Project;

use crate::code;
use crate::failure::Failure;
use crate::project_file::ProjectFile;
use crate::render::place::shown;

/// What stands in place of a secret that is shown.
const MASK: &str = "***";

/// A file of the project and what it is to say.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) path: PathBuf,
    pub(super) before: String,
    pub(super) after: String,
    /// Texts of `before` that are not shown.
    pub(super) secrets: Vec<String>,
    /// The file; `None` where it is not there yet.
    pub(super) file: Option<ProjectFile>,
}

impl Change {
    /// Reads a file that is to stay as it is, so far.
    pub(super) fn of(path: &Path, project: &Project) -> Result<Self, Failure> {
        let file = ProjectFile::open(path, project)?;
        let (before, after) = (file.text.clone(), file.text.clone());
        Ok(Self { path: path.to_owned(), before, after, secrets: Vec::new(), file: Some(file) })
    }

    /// A file that is not there yet.
    pub(super) fn new_file(path: PathBuf) -> Self {
        let (before, after) = (String::new(), String::new());
        Self { path, before, after, secrets: Vec::new(), file: None }
    }

    /// Whether there is anything to write.
    pub(super) fn is_any(&self) -> bool {
        self.before != self.after
    }

    /// The difference, as `diff -u` shows it, without secrets.
    pub(super) fn diff(&self) -> String {
        let (before, after) = (self.masked(&self.before), self.masked(&self.after));
        let path = shown(&self.path);
        let diff = TextDiff::from_lines(before.as_str(), after.as_str());
        let from = if self.file.is_some() { &path } else { "/dev/null" };
        diff.unified_diff().header(from, &path).to_string()
    }

    fn masked(&self, text: &str) -> String {
        let hide = |text: String, secret: &String| text.replace(secret.as_str(), MASK);
        self.secrets.iter().filter(|secret| !secret.is_empty()).fold(text.to_owned(), hide)
    }

    /// Writes the file, whole or not at all.
    pub(super) fn write(&self) -> Result<(), Failure> {
        if let Some(file) = &self.file {
            return file.replace(&self.after);
        }
        let folder = self.path.parent().map_or(Ok(()), fs::create_dir_all);
        let written = folder
            .and_then(|()| fs::File::create_new(&self.path)?.write_all(self.after.as_bytes()));
        written.map_err(|error| {
            let message = format!("{} cannot be written: {error}", self.path.display());
            let remedy = "look for space on the disk and the right to write";
            Failure::usage(code::CANNOT_WRITE, message, remedy)
        })
    }
}
