//! A plugin as the conformance suite sees it: loaded by the host.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use sqlflow_host::{DestinationRegistry, Notice, Plugins, SearchPath, SourceRegistry};
use sqlflow_plugin_conformance::{Played, Subject};
use sqlflow_plugin_sdk::{
    CancelToken, Descriptor, DestinationConnector, Error, ErrorKind, Manifest, Result,
    SourceConnector,
};
use tempfile::TempDir;

use super::find::Found;
use crate::code;

/// One library, loaded when it is first asked for something.
pub(super) struct Tried {
    library: PathBuf,
    fixture: PathBuf,
    plugins: Arc<Plugins>,
    ears: Arc<Ears>,
    /// Holds the library where it is a copy.
    _folder: Option<TempDir>,
}

/// What the host hears from the plugin, and what it shall do to it.
#[derive(Default)]
struct Ears {
    said: Mutex<Vec<String>>,
    asked: Mutex<BTreeSet<String>>,
    fault: Mutex<Option<String>>,
}

impl Ears {
    fn hear(&self, notice: Notice) {
        lock(&self.said).push(notice.message);
    }

    /// Whether the plugin shall fail at this entry.
    fn ask(&self, entry: &str) -> bool {
        lock(&self.asked).insert(entry.to_owned());
        lock(&self.fault).as_deref() == Some(entry)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Tried {
    /// The plugin in this file. Nothing is loaded yet.
    pub(super) fn new(library: &Path, fixture: &Path) -> Self {
        let ears = Arc::new(Ears::default());
        let (hearing, asking) = (Arc::clone(&ears), Arc::clone(&ears));
        let search = SearchPath::new().by_hand(&[library.to_owned()]);
        let plugins = Plugins::discover_with_faults(
            search,
            Arc::new(move |notice| hearing.hear(notice)),
            Arc::new(move |entry| asking.ask(entry)),
        );
        let (library, fixture) = (library.to_owned(), fixture.to_owned());
        Self { library, fixture, plugins, ears, _folder: None }
    }

    fn name(&self) -> Result<String> {
        Ok(self.manifest()?.name)
    }

    /// The plugins beside this one and beside the program, for what this one has written.
    fn others(&self) -> Result<Arc<Plugins>> {
        let executable = std::env::current_exe().map_err(|error| system("this program", &error))?;
        let folders = [&self.library, &executable].map(|file| file.parent().map(Path::to_owned));
        let folders: Vec<PathBuf> = folders.into_iter().flatten().collect();
        Ok(Plugins::discover(SearchPath::new().by_hand(&folders), Arc::new(|_| {})))
    }
}

impl Subject for Tried {
    fn manifest(&self) -> Result<Manifest> {
        let lost = || Error::new(ErrorKind::NotFound, "the library is gone");
        self.plugins.entries().first().ok_or_else(lost)?.manifest.clone()
    }

    fn descriptor(&self) -> Result<Descriptor> {
        self.plugins.descriptor(&self.name()?)
    }

    fn exports(&self) -> Result<Vec<String>> {
        sqlflow_host::exports(&self.library)
    }

    fn open_source(
        &self,
        connector: Option<&str>,
        config: &Map<String, Value>,
        cancel: &CancelToken,
    ) -> Result<Box<dyn SourceConnector>> {
        match connector {
            None => SourceRegistry::new(&self.plugins).open(&self.name()?, config, cancel),
            Some(other) => SourceRegistry::new(&self.others()?).open(other, config, cancel),
        }
    }

    fn open_destination(
        &self,
        config: &Map<String, Value>,
        cancel: &CancelToken,
    ) -> Result<Box<dyn DestinationConnector>> {
        DestinationRegistry::new(&self.plugins).open(&self.name()?, config, cancel)
    }

    fn said(&self) -> Vec<String> {
        lock(&self.ears.said).clone()
    }

    fn fail_at(&self, entry: Option<&str>) {
        *lock(&self.ears.fault) = entry.map(ToOwned::to_owned);
    }

    fn asked(&self) -> Vec<String> {
        lock(&self.ears.asked).iter().cloned().collect()
    }

    fn copy(&self) -> Result<Box<dyn Subject>> {
        let failed = |error: std::io::Error| system("a copy of the library", &error);
        let folder = TempDir::new().map_err(failed)?;
        let copy = folder.path().join(self.library.file_name().unwrap_or_default());
        std::fs::copy(&self.library, &copy).map_err(failed)?;
        Ok(Box::new(Self { _folder: Some(folder), ..Self::new(&copy, &self.fixture) }))
    }

    fn elsewhere(&self, scene: &str, scratch: &Path) -> Result<Played> {
        let failed = |error: std::io::Error| system("a process", &error);
        let executable = std::env::current_exe().map_err(failed)?;
        let found = Found { library: self.library.clone(), fixture: self.fixture.clone() };
        let mut command = super::started(&executable, &found, scratch);
        let output = command.args(["--scene", scene]).output().map_err(failed)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Played {
            succeeded: output.status.success(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        })
    }
}

fn system(what: &str, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Unavailable, format!("the system does not give {what}"))
        .with_code(code::CANNOT_WRITE)
        .with_remedy("look for space on the disk and for free processes")
        .caused_by(error)
}
