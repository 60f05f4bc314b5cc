use std::{
    collections::HashMap,
    fmt,
    iter::repeat,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{
    CancelToken, ConfigSpec, ConnectorKind, Descriptor, DestinationConnector, Error, ErrorKind,
    Manifest, Result, SourceConnector,
};

use crate::{
    Call, Deadlines, Entry, FaultHook, Lock, NoticeSink, Pin, SearchPath,
    calls::{Seat, Step},
    catalog, code,
    library::{self, Plugin},
    loaded::Connector,
    pins::Pins,
    services::Hooks,
};

/// The plugins of a search path: listed at once, loaded when they are first named.
pub struct Plugins {
    search: SearchPath,
    entries: Vec<Entry>,
    loaded: Mutex<HashMap<PathBuf, Arc<Plugin>>>,
    hooks: Hooks,
}

impl Plugins {
    /// Lists the plugins of a search path. No code of theirs runs.
    pub fn discover(search: SearchPath, sink: NoticeSink) -> Arc<Self> {
        Self::discover_within(search, sink, Deadlines::default())
    }

    /// As [`Plugins::discover`], with plugins whose calls may take no longer than this.
    pub fn discover_within(
        search: SearchPath,
        sink: NoticeSink,
        deadlines: Deadlines,
    ) -> Arc<Self> {
        Self::with_hooks(search, Hooks { sink, faults: None, deadlines })
    }

    /// As [`Plugins::discover`], with plugins that fail where `faults` says so.
    pub fn discover_with_faults(
        search: SearchPath,
        sink: NoticeSink,
        faults: FaultHook,
    ) -> Arc<Self> {
        Self::with_hooks(
            search,
            Hooks { sink, faults: Some(faults), deadlines: Deadlines::default() },
        )
    }

    fn with_hooks(search: SearchPath, hooks: Hooks) -> Arc<Self> {
        let entries = catalog::list(&search);
        Arc::new(Self { search, entries, loaded: Mutex::default(), hooks })
    }

    /// Everything found, in the order of the search; also what cannot be loaded, with the reason.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The manifest of a connector, by name or alias; nothing is loaded.
    ///
    /// # Errors
    ///
    /// No plugin offers it.
    pub fn manifest(&self, connector: &str) -> Result<&Manifest> {
        self.find(connector).map(|(_, manifest)| manifest)
    }

    /// The specs of a connector's source and destination, where it has them.
    ///
    /// # Errors
    ///
    /// No plugin offers it, or it cannot be loaded.
    pub fn specs(&self, connector: &str) -> Result<(Option<ConfigSpec>, Option<ConfigSpec>)> {
        let descriptor = &self.load(connector)?.descriptor;
        Ok((descriptor.source_spec()?, descriptor.destination_spec()?))
    }

    /// What the loaded plugin of a connector says of itself.
    ///
    /// # Errors
    ///
    /// No plugin offers it, or it cannot be loaded.
    pub fn descriptor(&self, connector: &str) -> Result<Descriptor> {
        Ok(self.load(connector)?.descriptor.clone())
    }

    /// Verifies every plugin that a lock names, and runs none of their code.
    pub fn verify(&self) -> Vec<Verdict> {
        let installed = self.entries.iter().filter_map(|entry| {
            let lock = entry.path.with_file_name(Lock::FILE);
            let result = admit(entry, &Pins::default());
            Some(Verdict { pin: entry.installed.clone()?, lock, result })
        });
        let pins = &self.search.pins;
        let project = pins.project.iter().flat_map(|lock| lock.pins().iter().zip(repeat(lock)));
        let project = project.map(|(pin, lock)| {
            let result = self.find(&pin.name).and_then(|(entry, _)| admit(entry, pins));
            Verdict { pin: pin.clone(), lock: lock.path().to_owned(), result }
        });
        installed.chain(project).collect()
    }

    /// The first plugin of a name that somebody vouches for, else the first.
    fn find(&self, connector: &str) -> Result<(&Entry, &Manifest)> {
        let matching = || self.entries.iter().filter(|entry| entry.answers_to(connector));
        let vouched = matching().find(|entry| !entry.trust.is_missing());
        let found = vouched.or_else(|| matching().next());
        let found = found.and_then(|entry| Some((entry, entry.manifest.as_ref().ok()?)));
        found.ok_or_else(|| self.unknown(connector))
    }

    /// Loads the plugin of a connector, once.
    fn load(&self, connector: &str) -> Result<Arc<Plugin>> {
        let (entry, manifest) = self.find(connector)?;
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plugin) = loaded.get(&entry.path) {
            return Ok(Arc::clone(plugin));
        }
        let load = || library::load(entry, manifest, &self.search.pins, &self.hooks);
        let plugin = self
            .seat(&manifest.name, Step::current())
            .call(Call::Load, load)
            .map_err(|error| named(error, &entry.path))?;
        let plugin = Arc::new(plugin);
        loaded.insert(entry.path.clone(), Arc::clone(&plugin));
        Ok(plugin)
    }

    fn seat(&self, connector: &str, step: Step) -> Seat {
        Seat::take(connector, step, self.hooks.deadlines)
    }

    fn unknown(&self, connector: &str) -> Error {
        let manifests: Vec<&Manifest> =
            self.entries.iter().filter_map(|entry| entry.manifest.as_ref().ok()).collect();
        let names: Vec<&str> = manifests.iter().map(|manifest| manifest.name.as_str()).collect();
        let looked: Vec<String> = self
            .search
            .folders()
            .iter()
            .map(|folder| format!("{} ({})", folder.path.display(), folder.origin))
            .collect();
        let error = Error::new(ErrorKind::NotFound, format!("there is no connector `{connector}`"))
            .with_code(code::UNKNOWN_CONNECTOR)
            .with_context(
                "installed",
                if names.is_empty() { "none".into() } else { names.join(", ") },
            )
            .with_context("looked in", looked.join(", "));
        let error = self.unreadable().fold(error, |error, line| error.with_context("broken", line));
        match nearest(connector, &names) {
            Some(name) => error.with_remedy(format!("did you mean `{name}`?")),
            None => error.with_remedy("name the plugin's library with --plugin PATH"),
        }
    }

    /// What may have been the one that was asked for.
    fn unreadable(&self) -> impl Iterator<Item = String> {
        self.entries.iter().filter_map(|entry| {
            let error = entry.manifest.as_ref().err()?;
            Some(format!("{}: {error}", entry.path.display()))
        })
    }
}

/// What [`Plugins::verify`] found for one pin.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// What is pinned.
    pub pin: Pin,
    /// The lock that pins it.
    pub lock: PathBuf,
    /// Why the library found is not the one, or could not be loaded for another reason.
    pub result: Result<()>,
}

fn admit(entry: &Entry, pins: &Pins) -> Result<()> {
    entry.manifest.as_ref().map_err(Clone::clone)?;
    library::admit(entry, pins).map(drop)
}

/// Names the library, where the error does not.
fn named(error: Error, library: &Path) -> Error {
    let is_named = error.context().iter().any(|(key, _)| key == "plugin");
    if is_named { error } else { error.with_context("plugin", library.display()) }
}

fn nearest<'a>(connector: &str, names: &[&'a str]) -> Option<&'a str> {
    let connector = connector.to_lowercase();
    names
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&connector, name), *name))
        .filter(|(distance, name)| *distance <= 1.max(name.len() / 3))
        .min()
        .map(|(_, name)| name)
}

impl fmt::Debug for Plugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugins").field("entries", &self.entries).finish_non_exhaustive()
    }
}

/// Opens sources by connector name, for the step that it was made in where it was made in one.
#[derive(Debug, Clone)]
pub struct SourceRegistry(Arc<Plugins>, Step);

impl SourceRegistry {
    /// The sources among these plugins.
    pub fn new(plugins: &Arc<Plugins>) -> Self {
        Self(Arc::clone(plugins), Step::current())
    }

    /// Opens a source with a resolved config. Cancelling the token stops whatever it does.
    ///
    /// # Errors
    ///
    /// No plugin offers it, it cannot be loaded, it is no source, or it refuses the config.
    pub fn open(
        &self,
        connector: &str,
        config: &Map<String, Value>,
        cancel: &CancelToken,
    ) -> Result<Box<dyn SourceConnector>> {
        let plugin = self.0.load(connector)?;
        let api = plugin.source.ok_or_else(|| not(connector, ConnectorKind::Source))?;
        let seat = self.0.seat(&plugin.descriptor.manifest.name, self.1.or_current());
        Ok(Box::new(Connector::open(seat, &plugin, api, config, cancel)?))
    }
}

/// Opens destinations by connector name, for the step that it was made in where it was made in one.
#[derive(Debug, Clone)]
pub struct DestinationRegistry(Arc<Plugins>, Step);

impl DestinationRegistry {
    /// The destinations among these plugins.
    pub fn new(plugins: &Arc<Plugins>) -> Self {
        Self(Arc::clone(plugins), Step::current())
    }

    /// Opens a destination with a resolved config. Cancelling the token stops whatever it does.
    ///
    /// # Errors
    ///
    /// No plugin offers it, it cannot be loaded, it is no destination, or it refuses the config.
    pub fn open(
        &self,
        connector: &str,
        config: &Map<String, Value>,
        cancel: &CancelToken,
    ) -> Result<Box<dyn DestinationConnector>> {
        let plugin = self.0.load(connector)?;
        let api = plugin.destination.ok_or_else(|| not(connector, ConnectorKind::Destination))?;
        let seat = self.0.seat(&plugin.descriptor.manifest.name, self.1.or_current());
        Ok(Box::new(Connector::open(seat, &plugin, api, config, cancel)?))
    }
}

fn not(connector: &str, kind: ConnectorKind) -> Error {
    let role = match kind {
        ConnectorKind::Source => "source",
        ConnectorKind::Destination => "destination",
    };
    Error::new(ErrorKind::Unsupported, format!("the connector `{connector}` is no {role}"))
        .with_code(code::WRONG_ROLE)
        .with_remedy("name another connector: `sqlflow plugin list` shows which role each plays")
}
