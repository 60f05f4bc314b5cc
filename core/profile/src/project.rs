//! A project: a folder with `pipelines/` and `profiles/`.

use std::path::{Path, PathBuf};

use sqlflow_syntax::suggest;
use thiserror::Error;

use crate::code;

/// How deep folders of pipelines may nest.
const MAX_DEPTH: usize = 8;

/// The folder that the relative paths of pipelines and profiles are taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    root: PathBuf,
    start: PathBuf,
    has_profiles: bool,
}

/// The project has no such pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no pipeline `{name}`; {help}")]
pub struct ProjectError {
    /// Always [`code::PIPELINE_NOT_FOUND`].
    pub code: &'static str,
    /// What was asked for.
    pub name: String,
    /// What there is.
    pub help: String,
}

impl Project {
    /// Finds the nearest folder from `start` upward that has `profiles/`, else takes `start`.
    #[must_use]
    pub fn discover(start: &Path) -> Self {
        let start = std::path::absolute(start).unwrap_or_else(|_| start.to_owned());
        let found = start.ancestors().find(|folder| folder.join("profiles").is_dir());
        let root = found.unwrap_or(&start).to_owned();
        Self { has_profiles: found.is_some(), root, start }
    }

    /// The project's folder, absolute.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether there is a folder `profiles/`.
    #[must_use]
    pub fn has_profiles(&self) -> bool {
        self.has_profiles
    }

    /// Finds a pipeline by its name, `NAME` for `pipelines/NAME.sf`, or by a path ending in `.sf`,
    /// taken from the folder the project was looked for in, then from the project's.
    ///
    /// # Errors
    ///
    /// No such file; the names there are, and the nearest.
    pub fn pipeline_path(&self, name_or_path: &str) -> Result<PathBuf, ProjectError> {
        let candidates = if name_or_path.ends_with(".sf") {
            vec![self.start.join(name_or_path), self.root.join(name_or_path)]
        } else if is_plain(name_or_path) {
            vec![self.root.join("pipelines").join(format!("{name_or_path}.sf"))]
        } else {
            Vec::new()
        };
        let found = candidates.into_iter().find(|path| path.is_file());
        found.ok_or_else(|| self.no_pipeline(name_or_path))
    }

    /// The names of all pipelines under `pipelines/`, sorted; `daily/orders` for one in a folder.
    #[must_use]
    pub fn pipelines(&self) -> Vec<String> {
        let mut names = Vec::new();
        collect_names(&self.root.join("pipelines"), "", 0, &mut names);
        names.sort();
        names
    }

    /// The names of all profiles, sorted.
    #[must_use]
    pub fn profiles(&self) -> Vec<String> {
        let paths = files(&self.root.join("profiles"));
        let names = paths.iter().filter_map(|path| stem(path, &["yml", "yaml"]));
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Takes a relative path from the project's folder; an absolute one stays.
    #[must_use]
    pub fn resolve(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The file of the profile `name`, `.yml` before `.yaml`.
    #[must_use]
    pub fn profile_path(&self, name: &str) -> Option<PathBuf> {
        if !is_plain(name) || name.contains('/') {
            return None;
        }
        let path = |extension| self.root.join("profiles").join(format!("{name}.{extension}"));
        ["yml", "yaml"].map(path).into_iter().find(|path| path.exists())
    }

    fn no_pipeline(&self, name: &str) -> ProjectError {
        let names = self.pipelines();
        let folder = self.root.join("pipelines");
        let folder = folder.display();
        let nearest = suggest(name.trim_end_matches(".sf"), names.iter().map(String::as_str));
        let help = match nearest {
            Some(nearest) => format!("did you mean `{nearest}`? There are: {}", names.join(", ")),
            None if names.is_empty() => format!("{folder} has no .sf file"),
            None => format!("{folder} has: {}", names.join(", ")),
        };
        ProjectError { code: code::PIPELINE_NOT_FOUND, name: name.to_owned(), help }
    }
}

/// Tells whether a name stays inside the folder it is joined to.
fn is_plain(name: &str) -> bool {
    !name.contains(['\\', '\0'])
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
}

fn collect_names(folder: &Path, prefix: &str, depth: usize, names: &mut Vec<String>) {
    for path in files(folder) {
        if let Some(name) = stem(&path, &["sf"]) {
            names.push(format!("{prefix}{name}"));
        } else if depth < MAX_DEPTH && path.is_dir() && !path.is_symlink() {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            collect_names(&path, &format!("{prefix}{name}/"), depth + 1, names);
        }
    }
}

/// What stands in a folder, hidden files aside; of one that cannot be read, nothing.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let visible = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| !name.starts_with('.'))
    };
    entries.map(|entry| entry.path()).filter(visible).collect()
}

/// The file's name without its extension, where that is one of `extensions`.
fn stem<'a>(path: &'a Path, extensions: &[&str]) -> Option<&'a str> {
    let extension = path.extension()?.to_str()?;
    if extensions.contains(&extension) && path.is_file() {
        path.file_stem()?.to_str()
    } else {
        None
    }
}
