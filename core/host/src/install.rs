use std::{
    fs::{self, DirBuilder},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use sqlflow_plugin_sdk::{Error, ErrorKind, Manifest, Result};

use crate::{Lock, Pin, code, file::PluginFile, library, lock, places};

/// The user's plugin folder: libraries under names that hold their hash, and the lock that says
/// which of them count. The lock is written after a library and before one is removed, so that
/// whatever it names is there.
#[derive(Debug, Clone)]
pub struct InstallFolder(PathBuf);

impl InstallFolder {
    /// The folder at this path, which need not exist.
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Copies a library here and trusts it from now on, in the place of another of its name. None
    /// of its code runs.
    ///
    /// # Errors
    ///
    /// It would not be loaded either: no plugin, for another machine or ABI, or others may change
    /// it. Or the folder cannot be written.
    pub fn install(&self, library: &Path) -> Result<(Pin, Manifest)> {
        let path = library.canonicalize().unwrap_or_else(|_| library.to_owned());
        let given = PluginFile::open(&path)?;
        places::judge(&path).check(&path)?;
        library::check_abi(&given.manifest()?)?;
        self.make().map_err(|error| lock::cannot_write(&self.0, &error))?;
        let copy = self.copy(&given).map_err(|error| lock::cannot_write(&self.0, &error))?;
        // What is recorded is what was copied, whatever happens to the original.
        let copied = PluginFile::open(copy.path())?;
        let manifest = copied.manifest()?;
        let pin = Pin {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            sha256: copied.sha256()?,
        };
        let place = self.library(&pin);
        copy.persist(&place).map_err(|error| lock::cannot_write(&place, &error.error))?;
        let before = Lock::change(&self.0, |lock| {
            let before = lock.pin(&pin.name).cloned();
            lock.set(pin.clone());
            Ok(before)
        })?;
        before.filter(|before| *before != pin).map_or(Ok(()), |before| self.delete(&before))?;
        Ok((pin, manifest))
    }

    /// Takes a plugin out; gives what it was.
    ///
    /// # Errors
    ///
    /// It is not installed, or the folder cannot be written.
    pub fn remove(&self, name: &str) -> Result<Pin> {
        if !self.0.is_dir() {
            return Err(not_installed(name));
        }
        let pin =
            Lock::change(&self.0, |lock| lock.remove(name).ok_or_else(|| not_installed(name)))?;
        self.delete(&pin)?;
        Ok(pin)
    }

    /// Where the library of a pin lies.
    pub(crate) fn library(&self, pin: &Pin) -> PathBuf {
        let Pin { name, version, sha256 } = pin;
        let start = &sha256[..16.min(sha256.len())];
        self.0.join(format!("libsqlflow_connector_{name}-{version}-{start}.so"))
    }

    fn make(&self) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)
    }

    fn copy(&self, library: &PluginFile) -> io::Result<tempfile::NamedTempFile> {
        let mut copy = tempfile::Builder::new().prefix(".installing-").tempfile_in(&self.0)?;
        library.each_piece(|bytes| copy.write_all(bytes))?;
        copy.as_file().set_permissions(fs::Permissions::from_mode(0o755))?;
        copy.as_file().sync_all()?;
        Ok(copy)
    }

    fn delete(&self, pin: &Pin) -> Result<()> {
        let library = self.library(pin);
        match fs::remove_file(&library) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(lock::cannot_write(&library, &error))
            }
            _ => Ok(()),
        }
    }
}

fn not_installed(name: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("there is no plugin `{name}` in your plugin folder"))
        .with_code(code::UNKNOWN_CONNECTOR)
        .with_remedy("`sqlflow plugin list` shows what is installed")
}
