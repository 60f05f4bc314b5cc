use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use sqlflow_plugin_sdk::{Error, ErrorKind, Manifest, Result};

use crate::{Folder, SearchPath, code, elf};

/// A library found on the search path, and what it says of itself.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The library.
    pub path: PathBuf,
    /// Why its folder was searched.
    pub origin: &'static str,
    /// Whether it may be loaded.
    pub trust: Trust,
    /// Its manifest, or why it has none that can be read.
    pub manifest: Result<Manifest>,
}

/// Whether a plugin may be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The user chose it or the folder it lies in.
    Trusted,
    /// It came with a project: nothing the user did names it.
    NotNamed,
    /// Anybody on this machine may change it.
    WorldWritable,
}

/// Lists the plugins of a search path without running any of their code: libraries without a
/// manifest are left out, but for those the user named.
pub(crate) fn list(search: &SearchPath) -> Vec<Entry> {
    search.folders().iter().flat_map(list_folder).collect()
}

fn list_folder(folder: &Folder) -> Vec<Entry> {
    if folder.path.is_file() {
        return vec![entry(folder, &folder.path)];
    }
    match libraries(&folder.path) {
        Ok(paths) => paths.iter().map(|path| entry(folder, path)).filter(worth_listing).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound && folder.origin != "--plugin" => {
            Vec::new()
        }
        Err(error) => vec![unreadable(folder, &error)],
    }
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
fn entry(folder: &Folder, path: &Path) -> Entry {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    Entry {
        origin: folder.origin,
        trust: trust(folder, &path),
        manifest: elf::read_manifest(&path),
        path,
    }
}

/// A library of another program may lie in a searched folder; one that calls itself a connector
/// and cannot be read is worth a line.
fn worth_listing(entry: &Entry) -> bool {
    let name = entry.path.file_name().unwrap_or_default().to_string_lossy();
    entry.manifest.is_ok() || name.contains("sqlflow_connector")
}

fn trust(folder: &Folder, path: &Path) -> Trust {
    let places = [Some(path), path.parent()];
    if places.into_iter().flatten().any(world_writable) {
        Trust::WorldWritable
    } else if folder.trusted {
        Trust::Trusted
    } else {
        Trust::NotNamed
    }
}

fn world_writable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o002 != 0)
}

fn unreadable(folder: &Folder, error: &io::Error) -> Entry {
    let message = format!("{} cannot be searched for plugins", folder.path.display());
    Entry {
        path: folder.path.clone(),
        origin: folder.origin,
        trust: Trust::Trusted,
        manifest: Err(Error::new(ErrorKind::NotFound, message)
            .with_code(code::NOT_A_PLUGIN)
            .caused_by(error)),
    }
}

impl Entry {
    /// Why it may not be loaded, where it may not.
    ///
    /// # Errors
    ///
    /// The reason, with what the user can do.
    pub fn check_trust(&self) -> Result<()> {
        let (message, remedy) = match self.trust {
            Trust::Trusted => return Ok(()),
            Trust::NotNamed => (
                "the plugin came with the project and was not named by you",
                format!("if you trust it, run again with --plugin {}", self.path.display()),
            ),
            Trust::WorldWritable => (
                "anybody on this machine may change the plugin or its folder",
                "take away the right of others to write there (chmod o-w)".to_owned(),
            ),
        };
        Err(Error::new(ErrorKind::Permission, message)
            .with_code(code::NOT_TRUSTED)
            .with_context("plugin", self.path.display())
            .with_remedy(remedy))
    }
}
