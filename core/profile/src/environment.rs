//! What the surroundings tell a project: the process environment, `.env`, secret files.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use crate::origin::Origin;
use crate::{bounded_file, code, dotenv};

/// A snapshot of the process environment and of the project's `.env`. Cheap to clone; `Debug`
/// shows no value.
///
/// `.env` never overrides the real environment. Variables whose value is not UTF-8 are left out.
#[derive(Clone)]
pub struct Environment(Arc<Inner>);

struct Inner {
    process: BTreeMap<String, String>,
    dotenv: BTreeMap<String, String>,
    root: Option<PathBuf>,
    dotenv_exists: bool,
}

/// The project's `.env` cannot be used. It names the line and never shows its content.
#[derive(Debug, Error)]
#[error("{path}:{line}: {problem}", path = path.display())]
pub struct EnvironmentError {
    /// [`code::DOTENV_SYNTAX`] or [`code::UNREADABLE_FILE`].
    pub code: &'static str,
    /// The `.env` file.
    pub path: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, and what to write instead.
    pub problem: String,
}

impl Environment {
    /// Reads the environment of this process and `.env` in the folder `root`, where there is one.
    ///
    /// # Errors
    ///
    /// A `.env` that cannot be read or has a line that is no assignment.
    pub fn read(root: &Path) -> Result<Self, EnvironmentError> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        let process = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self::with_dotenv(root, process)
    }

    /// Takes `pairs` for the process environment, and no `.env`.
    pub fn of<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let process = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let dotenv = BTreeMap::new();
        Self(Arc::new(Inner { process, dotenv, root: None, dotenv_exists: false }))
    }

    /// Takes `pairs` for the process environment, and `.env` in the folder `root`.
    ///
    /// # Errors
    ///
    /// A `.env` that cannot be read or has a line that is no assignment.
    pub fn with_dotenv<N: Into<String>, V: Into<String>>(
        root: &Path,
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, EnvironmentError> {
        let process = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let path = root.join(".env");
        // A folder of that name is someone's virtual environment.
        let dotenv_exists = path.exists() && !path.is_dir();
        let dotenv = if dotenv_exists { read_dotenv(&path)? } else { BTreeMap::new() };
        let root = Some(root.to_owned());
        Ok(Self(Arc::new(Inner { process, dotenv, root, dotenv_exists })))
    }

    /// Looks a name up in the environment, then in `.env`. An empty value is a value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<(&str, Origin)> {
        let process = self.0.process.get(name).map(|value| (value.as_str(), Origin::Environment));
        process.or_else(|| self.0.dotenv.get(name).map(|value| (value.as_str(), Origin::DotEnv)))
    }

    /// The names `.env` sets; of the process environment only those are worth suggesting.
    pub fn dotenv_names(&self) -> impl Iterator<Item = &str> {
        self.0.dotenv.keys().map(String::as_str)
    }

    /// Reads the file of a `${file:path}`; a relative path is taken from the project. One line
    /// break at the end is not part of the value.
    pub(crate) fn secret_file(&self, path: &str) -> Result<String, String> {
        let root = self.0.root.as_deref().ok_or("there is no project to take it from")?;
        let content = bounded_file::read(&root.join(path))?;
        let value = content.strip_suffix("\r\n").or_else(|| content.strip_suffix('\n'));
        Ok(value.unwrap_or(&content).to_owned())
    }

    /// The remedy for a secret file that cannot be read: where it was looked for and the line that
    /// writes it.
    pub(crate) fn file_remedy(&self, path: &str) -> String {
        let path = self.0.root.as_deref().map_or_else(|| path.into(), |root| root.join(path));
        let path = path.display();
        format!(
            "looked for {path}; write the secret there: `printf %s 'your-value' > {path}`, \
             readable by you alone"
        )
    }

    /// The remedy for a missing `name`: where it was looked for and the line that sets it.
    #[must_use]
    pub fn remedy(&self, name: &str) -> String {
        let path = self.0.root.as_deref().map_or_else(|| ".env".into(), |root| root.join(".env"));
        let state = if self.0.dotenv_exists { "which does not set it" } else { "no such file" };
        let path = path.display();
        format!(
            "looked in the environment and in {path} ({state}); \
             set it with the line `{name}=your-value` in {path}"
        )
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("process", &self.0.process.len())
            .field("dotenv", &self.0.dotenv.len())
            .finish_non_exhaustive()
    }
}

fn read_dotenv(path: &Path) -> Result<BTreeMap<String, String>, EnvironmentError> {
    let error = |code, line, problem| EnvironmentError { code, path: path.into(), line, problem };
    let text = bounded_file::read(path)
        .map_err(|problem| error(code::UNREADABLE_FILE, 1, format!("cannot be read: {problem}")))?;
    dotenv::parse(&text).map_err(|bad| {
        let problem = format!("{}; write NAME=value or NAME=\"quoted value\"", bad.problem);
        error(code::DOTENV_SYNTAX, bad.line, problem)
    })
}
