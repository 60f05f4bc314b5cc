//! `sqlflow.lock`: which library a plugin's name stands for, by version and SHA-256.
//!
//! One lies in the user's plugin folder and says what was installed; one may lie in a project and
//! pins what it runs with. A project's lock can only refuse: it makes nothing trusted.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Write as _},
    ops::Range,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use sqlflow_plugin_sdk::{Error, ErrorKind, Result};
use tempfile::NamedTempFile;
use toml::Spanned;

use crate::{code, elf};

/// The version of the file's form.
const VERSION: i64 = 1;
const HEAD: &str =
    "# Written by `sqlflow plugin install`: which library each plugin is. Commit it.\n";

/// The pins of one `sqlflow.lock`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    path: PathBuf,
    pins: Vec<Pin>,
}

/// One library.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The plugin's name.
    pub name: String,
    /// The version its manifest gives.
    pub version: String,
    /// The SHA-256 of the library, in lower case hexadecimal digits.
    pub sha256: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: Spanned<i64>,
    #[serde(default)]
    plugin: Vec<Spanned<Pin>>,
}

impl Lock {
    /// The name of the file.
    pub const FILE: &str = "sqlflow.lock";

    /// Reads the lock in a folder; one that is not there pins nothing.
    ///
    /// # Errors
    ///
    /// It cannot be read or breaks a rule, with the line.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(Self::FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unreadable(&path, "it cannot be read").caused_by(&error)),
        };
        let pins = if text.is_empty() { Vec::new() } else { parse(&path, &text)? };
        Ok(Self { path, pins })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Everything it pins, by name.
    pub fn pins(&self) -> &[Pin] {
        &self.pins
    }

    /// What it pins for a plugin.
    pub fn pin(&self, name: &str) -> Option<&Pin> {
        self.pins.iter().find(|pin| pin.name == name)
    }

    /// Changes the lock in a folder, against whoever else changes it, and says what `change` says.
    /// The file is replaced in one step.
    ///
    /// # Errors
    ///
    /// It cannot be read or written, or what `change` fails with.
    pub fn change<T>(folder: &Path, change: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let failed = |error: io::Error| cannot_write(&folder.join(Self::FILE), &error);
        let guard = File::open(folder).map_err(failed)?;
        guard.lock().map_err(failed)?;
        let mut lock = Self::read(folder)?;
        let before = lock.pins.clone();
        let said = change(&mut lock)?;
        if lock.pins != before {
            lock.write().map_err(failed)?;
        }
        Ok(said)
    }

    /// Pins a library in the place of the one of the same name.
    pub fn set(&mut self, pin: Pin) {
        self.remove(&pin.name);
        self.pins.push(pin);
        self.pins.sort();
    }

    /// Takes a pin out.
    pub fn remove(&mut self, name: &str) -> Option<Pin> {
        let at = self.pins.iter().position(|pin| pin.name == name)?;
        Some(self.pins.remove(at))
    }

    fn write(&self) -> io::Result<()> {
        let mut text = format!("{HEAD}version = {VERSION}\n");
        for Pin { name, version, sha256 } in &self.pins {
            let _ = write!(
                text,
                "\n[[plugin]]\nname = \"{name}\"\nversion = \"{version}\"\nsha256 = \"{sha256}\"\n"
            );
        }
        write_whole(&self.path, |file| file.write_all(text.as_bytes()))
    }
}

/// Writes a file that others see as a whole or not at all, and that outlasts a loss of power.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let mut file = NamedTempFile::new_in(folder)?;
    write(file.as_file_mut())?;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    File::open(folder)?.sync_all()
}

fn parse(path: &Path, text: &str) -> Result<Vec<Pin>> {
    let at = |span: Range<usize>, what: &str| {
        let line = text[..span.start.min(text.len())].matches('\n').count() + 1;
        unreadable(path, what).with_context("at", format!("{}:{line}", path.display()))
    };
    let written: Written = toml::from_str(text)
        .map_err(|error| at(error.span().unwrap_or_default(), error.message()))?;
    if *written.version.get_ref() != VERSION {
        return Err(at(
            written.version.span(),
            "it is of a version that this sqlflow does not know",
        ));
    }
    let mut pins: Vec<Pin> = Vec::new();
    for pin in written.plugin {
        let span = pin.span();
        let pin = pin.into_inner();
        check(&pin, &pins).map_err(|what| at(span, what))?;
        pins.push(pin);
    }
    pins.sort();
    Ok(pins)
}

fn check(pin: &Pin, before: &[Pin]) -> Result<(), &'static str> {
    let digit = |sign: u8| sign.is_ascii_digit() || (b'a'..=b'f').contains(&sign);
    if !elf::is_name(&pin.name) || !elf::is_version(&pin.version) {
        Err("a plugin's name or version is none")
    } else if pin.sha256.len() != 64 || !pin.sha256.bytes().all(digit) {
        Err("`sha256` is not 64 hexadecimal digits in lower case")
    } else if before.iter().any(|other| other.name == pin.name) {
        Err("a plugin is pinned twice")
    } else {
        Ok(())
    }
}

fn unreadable(path: &Path, what: &str) -> Error {
    let message = format!("{} cannot be used: {what}", path.display());
    Error::new(ErrorKind::Config, message)
        .with_code(code::LOCK_UNREADABLE)
        .with_remedy("take back the change, or remove the file and install the plugins again")
}

pub(crate) fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::Unavailable, format!("{} cannot be written", path.display()))
        .with_code(code::CANNOT_INSTALL)
        .with_remedy("look for space on the disk and for your right to write there")
        .caused_by(error)
}
