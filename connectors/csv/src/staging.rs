use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

use sqlflow_plugin_sdk::{CommitToken, Error, ErrorKind, Result, fault_point};

use crate::error::from_io;

/// Ends the names of files under way, so that no other file is taken for one.
const SUFFIX: &str = ".sqlflow.tmp";

/// A file under way, beside the place it will be published at. Dropping it removes it.
#[derive(Debug)]
pub(crate) struct Staged {
    place: PathBuf,
    path: PathBuf,
    file: File,
    /// Bytes written so far.
    pub(crate) bytes: u64,
    published: bool,
}

impl Staged {
    /// Starts an empty file for this publish. What an earlier attempt at it left is removed.
    pub(crate) fn create(place: &Path, token: &CommitToken) -> Result<Self> {
        if place.is_dir() {
            let message = format!("`{}` is a folder", place.display());
            return Err(Error::new(ErrorKind::Config, message).with_remedy("name a file"));
        }
        let folder = folder(place);
        fs::create_dir_all(folder).map_err(|e| from_io("create the folder", folder, &e))?;
        let encoded = encoded(token);
        remove_staged(place, |token| token == encoded)?;
        let path = folder.join(format!("{}{encoded}~{}{SUFFIX}", prefix(place)?, unique()));
        let failed = |error| from_io("create", &path, &error);
        let file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
        fault_point("file.created");
        let staged = Self { place: place.to_owned(), path, file, bytes: 0, published: false };
        staged.keep_permissions()?;
        Ok(staged)
    }

    /// A file that is replaced keeps its permissions: who could not read it still cannot.
    fn keep_permissions(&self) -> Result<()> {
        let Ok(old) = fs::metadata(&self.place) else { return Ok(()) };
        let kept = self.file.set_permissions(old.permissions());
        kept.map_err(|error| from_io("set the permissions of", &self.path, &error))
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|error| from_io("write", &self.path, &error))?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Puts the file at its place, at once and so that it survives a power failure.
    pub(crate) fn publish(mut self) -> Result<()> {
        fault_point("file.syncing");
        self.file.sync_all().map_err(|error| from_io("write", &self.path, &error))?;
        fault_point("file.renaming");
        fs::rename(&self.path, &self.place).map_err(|e| from_io("replace", &self.place, &e))?;
        self.published = true;
        fault_point("file.renamed");
        let folder = folder(&self.place);
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|error| from_io("write the folder", folder, &error))
    }

    /// Removes the file.
    pub(crate) fn discard(mut self) -> Result<()> {
        self.published = true;
        remove(&self.path)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.published {
            // Nobody is left to tell; `sweep` finds what could not be removed.
            let _ = remove(&self.path);
        }
    }
}

/// Removes the files under way for `place`, but for those of `live` publishes.
pub(crate) fn sweep(place: &Path, live: &[CommitToken]) -> Result<()> {
    let live: Vec<String> = live.iter().map(encoded).collect();
    remove_staged(place, |token| !live.iter().any(|live| live == token))
}

/// Removes the files under way for `place` whose encoded token is one of those.
fn remove_staged(place: &Path, is_one: impl Fn(&str) -> bool) -> Result<()> {
    let folder = folder(place);
    let failed = |error| from_io("look into", folder, &error);
    if !folder.exists() {
        return Ok(());
    }
    let prefix = prefix(place)?;
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let ours = name.to_str().and_then(|name| name.strip_prefix(&prefix)?.strip_suffix(SUFFIX));
        let token = ours.map(|ours| ours.split_once('~').map_or(ours, |(token, _)| token));
        if token.is_some_and(|token| is_encoded(token) && is_one(token)) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn folder(place: &Path) -> &Path {
    match place.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

fn prefix(place: &Path) -> Result<String> {
    let name = place.file_name().and_then(|name| name.to_str()).ok_or_else(|| {
        Error::new(ErrorKind::Config, format!("`{}` is not a file name", place.display()))
            .with_remedy("name a file, in UTF-8")
    })?;
    Ok(format!(".{name}."))
}

/// A token as part of a file name: other characters than letters, digits, `-` and `_` become
/// `%` and their code.
fn encoded(token: &CommitToken) -> String {
    let code = |byte: u8| match byte {
        b'-' | b'_' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02x}"),
    };
    token.0.bytes().map(code).collect()
}

/// Tells attempts at one publish apart, also those of two processes: one that has stood still and
/// goes on publishes its own file, or, where that was swept, none.
fn unique() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_nanos());
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("{:x}-{now:x}-{number:x}", process::id())
}

fn is_encoded(token: &str) -> bool {
    token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'%'))
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(from_io("remove", path, &error))
        }
        _ => Ok(()),
    }
}
