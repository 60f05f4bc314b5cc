use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sqlflow_plugin_sdk::{Error, ErrorKind, Manifest, Result};

use crate::{
    Folder, InstallFolder, Lock, Origin, Pin, SearchPath, Trust, code, file::PluginFile, places,
};

/// A library found on the search path, and what it says of itself.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The library.
    pub path: PathBuf,
    /// Why its folder was searched.
    pub origin: Origin,
    /// Whether it may be loaded.
    pub trust: Trust,
    /// Its manifest, or why it has none that can be read.
    pub manifest: Result<Manifest>,
    /// What was recorded when it was installed.
    pub installed: Option<Pin>,
}

/// Lists the plugins of a search path without running any of their code: libraries without a
/// manifest are left out, but for those the user named.
pub(crate) fn list(search: &SearchPath) -> Vec<Entry> {
    search.folders().iter().flat_map(list_place).collect()
}

fn list_place(place: &Folder) -> Vec<Entry> {
    match place.origin {
        _ if place.path.is_file() => vec![entry(place.origin, &place.path)],
        Origin::Installed => list_installed(place),
        _ => list_folder(place),
    }
}

fn list_folder(folder: &Folder) -> Vec<Entry> {
    match libraries(&folder.path) {
        Ok(paths) => {
            let entries = paths.iter().map(|path| entry(folder.origin, path));
            entries.filter(worth_listing).collect()
        }
        Err(error)
            if error.kind() == io::ErrorKind::NotFound && folder.origin != Origin::ByHand =>
        {
            Vec::new()
        }
        Err(error) => vec![unusable(folder, unsearchable(folder, &error))],
    }
}

/// What the lock of the user's folder names, and then what else lies there.
fn list_installed(folder: &Folder) -> Vec<Entry> {
    let install = InstallFolder::new(folder.path.clone());
    let lock = match Lock::read(&folder.path) {
        Ok(lock) => lock,
        Err(error) => return vec![unusable(folder, error)],
    };
    let recorded = lock.pins().iter().map(|pin| {
        let found = entry(folder.origin, &install.library(pin));
        let trust = if found.trust == Trust::NotInstalled { Trust::Trusted } else { found.trust };
        Entry { installed: Some(pin.clone()), trust, ..found }
    });
    let recorded: Vec<Entry> = recorded.collect();
    let others = list_folder(folder).into_iter();
    let new = others.filter(|other| recorded.iter().all(|entry| entry.path != other.path));
    let new: Vec<Entry> = new.collect();
    recorded.into_iter().chain(new).collect()
}

fn libraries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> = paths.collect::<io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "so"));
    paths.sort();
    Ok(paths)
}

/// The path is made whole and free of links: the system would look for a bare file name in other
/// places than here, and what counts is who may change the library itself.
fn entry(origin: Origin, path: &Path) -> Entry {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let trust = match places::judge(&path) {
        Trust::Trusted => origin.trust(),
        danger => danger,
    };
    let manifest = PluginFile::open(&path).and_then(|file| file.manifest());
    Entry { path, origin, trust, manifest, installed: None }
}

/// A library of another program may lie in a searched folder; one that calls itself a connector
/// and cannot be read is worth a line.
fn worth_listing(entry: &Entry) -> bool {
    let name = entry.path.file_name().unwrap_or_default().to_string_lossy();
    entry.manifest.is_ok() || name.contains("sqlflow_connector")
}

fn unusable(folder: &Folder, error: Error) -> Entry {
    let (path, origin) = (folder.path.clone(), folder.origin);
    Entry { path, origin, trust: Trust::Trusted, manifest: Err(error), installed: None }
}

fn unsearchable(folder: &Folder, error: &io::Error) -> Error {
    let message = format!("{} cannot be searched for plugins", folder.path.display());
    Error::new(ErrorKind::NotFound, message)
        .with_code(code::UNREADABLE)
        .with_remedy("name a library or a folder that is there")
        .caused_by(error)
}

impl Entry {
    /// Why it may not be loaded, where it may not.
    ///
    /// # Errors
    ///
    /// The reason, with what the user can do.
    pub fn check_trust(&self) -> Result<()> {
        self.trust.check(&self.path)
    }

    /// Whether it goes by this name, in any case.
    pub(crate) fn answers_to(&self, connector: &str) -> bool {
        self.manifest.as_ref().is_ok_and(|manifest| manifest.answers_to(connector))
    }
}
