//! Projects in temporary folders.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use sqlflow_profile::{Assignments, Environment, Profile, ProfileError, Project, Value};
use tempfile::TempDir;

pub(crate) fn project(files: &[(&str, &str)]) -> (TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        write(folder.path(), path, content);
    }
    let project = Project::discover(folder.path());
    (folder, project)
}

pub(crate) fn write(folder: &Path, path: &str, content: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

pub(crate) fn load(yaml: &str) -> Result<Profile, ProfileError> {
    load_with(yaml, &[])
}

pub(crate) fn load_with(yaml: &str, environment: &[(&str, &str)]) -> Result<Profile, ProfileError> {
    let (_folder, project) = project(&[("profiles/dev.yml", yaml)]);
    Profile::load(&project, None, &Environment::of(environment.iter().copied()))
}

/// The code and the text under the caret of every problem.
pub(crate) fn findings(error: &ProfileError) -> Vec<(&str, &str)> {
    let text = |found: &sqlflow_syntax::Diagnostic| &error.text[found.span.range()];
    error.diagnostics.iter().map(|found| (found.code, text(found))).collect()
}

pub(crate) fn texts(pairs: &[(&str, &str)]) -> Assignments {
    let text = |(name, value): &(&str, &str)| (name.to_string(), Value::Text(value.to_string()));
    pairs.iter().map(text).collect()
}
