//! Tables as files of a folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use crate::cell::Table;

/// The name of a table's file ends so.
const TABLE: &str = ".table";
/// The name of a file under way ends so.
const STAGED: &str = ".staged";

/// A folder of tables.
#[derive(Debug, Clone)]
pub(crate) struct Store(pub(crate) PathBuf);

impl Store {
    /// The table of this name, `None` where there is none.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Table>> {
        if !name.ends_with(TABLE) {
            return Ok(None);
        }
        match fs::read(self.0.join(name)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|e| failed(name, &e)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(name, &error)),
        }
    }

    /// Puts a table at its place, at once.
    pub(crate) fn publish(&self, name: &str, staged: &Path, table: &Table) -> Result<()> {
        let bytes = serde_json::to_vec(table).map_err(|error| failed(name, &error))?;
        fs::write(staged, bytes).map_err(|error| failed(name, &error))?;
        fs::rename(staged, self.0.join(name)).map_err(|error| failed(name, &error))
    }

    /// Removes a table.
    pub(crate) fn remove(&self, name: &str) {
        let _ = fs::remove_file(self.0.join(name));
    }

    /// The file under way of a write.
    pub(crate) fn staged(&self, name: &str, token: &str) -> PathBuf {
        self.0.join(format!("{}{token}{STAGED}", prefix(name)))
    }

    /// The tokens of the files under way for a table.
    pub(crate) fn under_way(&self, name: &str) -> Vec<String> {
        let files = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let names = files.filter_map(|file| file.file_name().into_string().ok());
        let token =
            |file: String| Some(file.strip_prefix(&prefix(name))?.strip_suffix(STAGED)?.to_owned());
        names.filter_map(token).collect()
    }

    /// The names of all tables, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let files = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let names = files.filter_map(|file| file.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| name.ends_with(TABLE)).collect();
        names.sort();
        names
    }
}

fn prefix(name: &str) -> String {
    format!(".{name}.")
}

fn failed(name: &str, error: &dyn std::error::Error) -> Error {
    Error::new(ErrorKind::Unavailable, format!("the table `{name}` does not open")).caused_by(error)
}
