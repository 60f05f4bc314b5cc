//! The crate of a connector in work: building it, and noticing that it was saved.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use serde_json::Value;
use sqlflow_host::{Plugins, SearchPath};
use sqlflow_plugin_sdk::Manifest;

use crate::code;
use crate::failure::Failure;
use crate::notices;
use crate::screen::Screen;

/// A connector's crate.
#[derive(Debug)]
pub(super) struct ConnectorCrate {
    root: PathBuf,
}

impl ConnectorCrate {
    /// The crate in a folder.
    pub(super) fn at(folder: &Path) -> Result<Self, Failure> {
        let root = folder.canonicalize().map_err(|error| lacks(folder, &error.to_string()))?;
        for file in ["Cargo.toml", "connector.toml"] {
            if !root.join(file).is_file() {
                return Err(lacks(folder, &format!("it has no {file}")));
            }
        }
        Ok(Self { root })
    }

    /// Builds it with cargo, whose messages go to standard error, and returns the library.
    pub(super) fn build(&self) -> Result<PathBuf, Failure> {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "--message-format=json-render-diagnostics"]);
        cargo.current_dir(&self.root).stdin(Stdio::null()).stdout(Stdio::piped());
        let running = cargo.spawn().map_err(|error| no_cargo(&error))?;
        let built = running.wait_with_output().map_err(|error| no_cargo(&error))?;
        if !built.status.success() {
            let remedy =
                "correct what cargo says above, or look at it with `cargo build --release`";
            let message = format!("{} was not built", self.root.display());
            return Err(Failure::execution(code::BUILD_FAILED, message, remedy));
        }
        library(&built.stdout, &self.root.join("Cargo.toml")).ok_or_else(|| {
            let message = format!("{} builds no shared library", self.root.display());
            let remedy = "put crate-type = [\"cdylib\"] under [lib] in its Cargo.toml";
            Failure::usage(code::NOT_A_CDYLIB, message, remedy)
        })
    }

    /// When the files were saved that the library is made of; another value after each change.
    pub(super) fn saved(&self) -> Vec<(PathBuf, SystemTime)> {
        let mut found = Vec::new();
        for file in ["Cargo.toml", "connector.toml"] {
            add_saved(&self.root.join(file), &mut found);
        }
        add_saved(&self.root.join("src"), &mut found);
        found.sort();
        found
    }
}

/// A library that the user named or had built, and what it says of itself.
pub(super) fn by_hand(
    library: &Path,
    screen: &Screen,
) -> Result<(std::sync::Arc<Plugins>, Manifest), Failure> {
    let search = SearchPath::new().by_hand(&[library.to_owned()]);
    let plugins = Plugins::discover(search, notices::sink(screen));
    let manifest = match plugins.entries().first() {
        Some(entry) => entry.manifest.clone()?,
        None => return Err(lacks(library, "nothing is there")),
    };
    Ok((plugins, manifest))
}

/// The shared library among what cargo says it has made of the crate of this manifest.
fn library(messages: &[u8], manifest: &Path) -> Option<PathBuf> {
    let lines = messages.split(|byte| *byte == b'\n');
    let messages = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let of_crate = |message: &Value| {
        let path = message["manifest_path"].as_str();
        message["reason"] == "compiler-artifact" && path.is_some_and(|at| Path::new(at) == manifest)
    };
    messages.filter(of_crate).find_map(|message| {
        let files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
        files.map(PathBuf::from).find(|file| file.extension().is_some_and(|end| end == "so"))
    })
}

fn add_saved(path: &Path, found: &mut Vec<(PathBuf, SystemTime)>) {
    // An editor may replace a file while it is looked at; the next look sees it.
    let Ok(metadata) = fs::metadata(path) else { return };
    if metadata.is_dir() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            add_saved(&entry.path(), found);
        }
    } else if let Ok(time) = metadata.modified() {
        found.push((path.to_owned(), time));
    }
}

fn lacks(folder: &Path, why: &str) -> Failure {
    let message = format!("{} is not the folder of a connector: {why}", folder.display());
    let remedy = "name the folder of its Cargo.toml, or make one with `sqlflow plugin new NAME`";
    Failure::usage(code::NOT_A_CONNECTOR, message, remedy)
}

fn no_cargo(error: &io::Error) -> Failure {
    let message = format!("cargo cannot be started: {error}");
    let remedy = "install Rust (https://rustup.rs), or put cargo on the PATH";
    Failure::usage(code::NO_CARGO, message, remedy)
}
