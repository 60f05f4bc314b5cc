//! The plugin that lies about its tables, answers and rows, compiled from `c/liar.c`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use sqlflow_plugin_sdk::Manifest;
use tempfile::TempDir;

use super::folder;

pub(crate) const MANIFEST: &str = "\
version = '0.1.0'
abi = '1.0'
name = 'liar'
kinds = ['source', 'destination']
abi_min = '1.0'
";

/// What is compiled into a liar.
#[derive(Debug, Clone)]
pub(crate) struct Liar {
    manifest: String,
    descriptor: String,
    defines: Vec<String>,
}

impl Liar {
    /// One that tells the truth until its config says otherwise.
    pub(crate) fn new() -> Self {
        Self::of(MANIFEST)
    }

    /// One whose manifest and descriptor are this.
    pub(crate) fn of(manifest: &str) -> Self {
        let parsed = Manifest::parse(manifest).unwrap();
        Self {
            manifest: manifest.to_owned(),
            descriptor: serde_json::to_string(&parsed).unwrap(),
            defines: Vec::new(),
        }
    }

    pub(crate) fn describing(mut self, descriptor: &str) -> Self {
        descriptor.clone_into(&mut self.descriptor);
        self
    }

    pub(crate) fn define(mut self, name: &str, value: &str) -> Self {
        self.defines.push(format!("-D{name}={value}"));
        self
    }

    /// Leaves a file where its code runs.
    pub(crate) fn with_canary(self, canary: &Path) -> Self {
        self.define("CANARY", &format!("{:?}", canary.to_str().unwrap()))
    }

    /// Compiles it into a folder.
    pub(crate) fn build(&self, folder: &Path) -> PathBuf {
        let identity = format!(
            "#define MANIFEST {:?}\n#define DESCRIPTOR {:?}\n",
            self.manifest, self.descriptor
        );
        let include = TempDir::new().unwrap();
        fs::write(include.path().join("identity.h"), identity).unwrap();
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let library = folder.join("libsqlflow_connector_liar.so");
        let output = Command::new("cc")
            .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-shared", "-fPIC"])
            .args(&self.defines)
            .arg("-I")
            .arg(include.path())
            .arg("-I")
            .arg(here.join("../../plugin-sdk/abi/include"))
            .arg(here.join("c/liar.c"))
            .arg("-o")
            .arg(&library)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        library
    }
}

/// The library that lies where its config says so, compiled once for a test binary.
pub(crate) fn liar() -> PathBuf {
    static BUILT: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, library) = BUILT.get_or_init(|| {
        let folder = folder();
        let library = Liar::new().build(folder.path());
        (folder, library)
    });
    library.clone()
}
