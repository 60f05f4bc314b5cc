//! Plugins built from C for one test each, and the hosts that load them.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

pub(crate) mod acting;
pub(crate) mod batches;
pub(crate) mod faulty;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, channel},
    },
};

use serde_json::{Map, Value};
use sqlflow_host::{
    DestinationConnector, DestinationRegistry, NoticeSink, Plugins, SearchPath, SourceConnector,
    SourceRegistry,
};
use sqlflow_plugin_sdk::{CancelToken, Manifest, Result};
use tempfile::TempDir;

pub(crate) const NUMBERS: &str = "\
version = '0.1.0'
abi = '1.0'
name = 'numbers'
aliases = ['ints']
kinds = ['source', 'destination']
abi_min = '1.0'
";

/// A plugin to build: the C source with these changes.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    pub(crate) manifest: Option<String>,
    pub(crate) descriptor: String,
    pub(crate) defines: Vec<String>,
}

impl Default for Recipe {
    fn default() -> Self {
        Self::of(NUMBERS)
    }
}

impl Recipe {
    /// A plugin whose descriptor is this manifest.
    pub(crate) fn of(manifest: &str) -> Self {
        let parsed = Manifest::parse(manifest).unwrap();
        Self {
            manifest: Some(manifest.to_owned()),
            descriptor: serde_json::to_string(&parsed).unwrap(),
            defines: Vec::new(),
        }
    }

    pub(crate) fn define(mut self, name: &str, value: &str) -> Self {
        self.defines.push(format!("-D{name}={value}"));
        self
    }

    /// Builds it into `folder`.
    pub(crate) fn build(&self, folder: &Path, file: &str) -> PathBuf {
        let mut identity = format!("#define DESCRIPTOR {:?}\n", self.descriptor);
        if let Some(manifest) = &self.manifest {
            identity += &format!("#define MANIFEST {manifest:?}\n");
        }
        let build = TempDir::new().unwrap();
        fs::write(build.path().join("identity.h"), identity).unwrap();
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let library = folder.join(file);
        let output = Command::new("cc")
            .args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-pthread"])
            .args(&self.defines)
            .arg("-I")
            .arg(build.path())
            .arg("-I")
            .arg(here.join("../../plugin-sdk/abi/include"))
            .arg(here.join("tests/c/numbers.c"))
            .arg("-o")
            .arg(&library)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        library
    }
}

/// A folder that nobody else may write to.
pub(crate) fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

pub(crate) fn silent() -> NoticeSink {
    Arc::new(|_| ())
}

/// The plugins of folders or files the user named.
pub(crate) fn named(paths: &[&Path]) -> Arc<Plugins> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
    Plugins::discover(SearchPath::new().by_hand(&paths), silent())
}

/// A host with one plugin, and what the plugin tells it.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) plugins: Arc<Plugins>,
    pub(crate) said: Receiver<String>,
    _folder: TempDir,
}

impl Loaded {
    pub(crate) fn new(recipe: &Recipe) -> Self {
        let folder = folder();
        recipe.build(folder.path(), "libsqlflow_connector_numbers.so");
        let (say, said) = channel();
        let say = Mutex::new(say);
        let sink: NoticeSink = Arc::new(move |notice| {
            let _ = say.lock().unwrap().send(notice.message);
        });
        // Of what is named by hand the host has something to tell itself.
        let search = SearchPath::new().environment(&[folder.path().to_owned()]);
        Self { plugins: Plugins::discover(search, sink), said, _folder: folder }
    }

    pub(crate) fn source(&self, config: Value) -> Result<Box<dyn SourceConnector>> {
        self.source_until(config, &CancelToken::new())
    }

    pub(crate) fn source_until(
        &self,
        config: Value,
        cancel: &CancelToken,
    ) -> Result<Box<dyn SourceConnector>> {
        SourceRegistry::new(&self.plugins).open("numbers", &object(config), cancel)
    }

    pub(crate) fn destination(&self, config: Value) -> Result<Box<dyn DestinationConnector>> {
        let registry = DestinationRegistry::new(&self.plugins);
        registry.open("numbers", &object(config), &CancelToken::new())
    }
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}
