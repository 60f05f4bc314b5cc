use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{ConfigSpec, ConnectorKind};

use crate::{
    DestinationFixture, Failure, Fixture, Outcome, SourceFixture, Subject, fixture::filled,
};

/// What one case works with.
#[derive(Clone, Copy)]
pub struct Trial<'a> {
    /// The plugin.
    pub subject: &'a dyn Subject,
    /// What it may open.
    pub fixture: &'a Fixture,
    /// A folder of its own, empty at the start.
    pub scratch: &'a Path,
}

impl Trial<'_> {
    /// The source's part of the fixture.
    pub(crate) fn source(&self) -> Outcome<&SourceFixture> {
        self.fixture.source.as_ref().ok_or_else(|| lacks("[source]"))
    }

    /// The destination's part of the fixture.
    pub(crate) fn destination(&self) -> Outcome<&DestinationFixture> {
        self.fixture.destination.as_ref().ok_or_else(|| lacks("[destination]"))
    }

    /// The settings that this role declares.
    pub(crate) fn spec(&self, role: ConnectorKind) -> Outcome<ConfigSpec> {
        let descriptor = self.subject.descriptor()?;
        let spec = match role {
            ConnectorKind::Source => descriptor.source_spec()?,
            ConnectorKind::Destination => descriptor.destination_spec()?,
        };
        Ok(spec.unwrap_or_default())
    }

    /// A config of the fixture with its placeholders filled in and its paths made whole.
    pub(crate) fn config(
        &self,
        role: ConnectorKind,
        config: &Map<String, Value>,
        words: &[(&str, &str)],
    ) -> Outcome<Map<String, Value>> {
        let scratch = self.scratch.to_string_lossy();
        let words: Vec<(&str, &str)> =
            words.iter().copied().chain([("scratch", scratch.as_ref())]).collect();
        let mut config = filled(config, &words);
        let spec = self.spec(role)?;
        for (key, value) in &mut config {
            if spec.field(key).is_some_and(sqlflow_plugin_sdk::Field::is_path) {
                *value = self.whole(value);
            }
        }
        Ok(config)
    }

    fn whole(&self, path: &Value) -> Value {
        match path {
            Value::String(path) => self.fixture.folder.join(path).to_string_lossy().into(),
            Value::Array(paths) => paths.iter().map(|path| self.whole(path)).collect(),
            other => other.clone(),
        }
    }

    /// Every file below the scratch folder.
    pub(crate) fn files(&self) -> Outcome<BTreeSet<PathBuf>> {
        let mut found = BTreeSet::new();
        list(self.scratch, &mut found).map_err(|error| {
            Failure::Broken(format!("the scratch folder cannot be listed: {error}"))
        })?;
        Ok(found)
    }
}

impl std::fmt::Debug for Trial<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trial").field("scratch", &self.scratch).finish_non_exhaustive()
    }
}

fn list(folder: &Path, found: &mut BTreeSet<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, found)?;
        } else {
            found.insert(path);
        }
    }
    Ok(())
}

pub(crate) fn lacks(part: &str) -> Failure {
    Failure::Lacks(part.to_owned())
}
