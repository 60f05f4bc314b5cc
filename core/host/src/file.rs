use std::{
    fs::{File, OpenOptions},
    io,
    os::{
        fd::AsRawFd,
        unix::fs::{FileExt, MetadataExt, OpenOptionsExt},
    },
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use sqlflow_plugin_sdk::{Error, ErrorKind, Manifest, Result};

use crate::{code, elf};

/// A plugin's file, opened once: what is hashed, verified and mapped are the same bytes, also where
/// another file takes its name meanwhile.
#[derive(Debug)]
pub(crate) struct PluginFile {
    pub(crate) path: PathBuf,
    file: File,
    stamp: Stamp,
}

/// Which file it is, and what changes where somebody writes to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: Inode,
    size: u64,
    modified: (i64, i64),
}

/// Device and number of a file: the same for every name of it, and no other file's while it is
/// open.
pub(crate) type Inode = (u64, u64);

impl PluginFile {
    /// Opens a library. No link at the end of the path is followed: the caller has made it whole.
    ///
    /// # Errors
    ///
    /// It cannot be opened or is no file.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let named = |error: Error| error.with_context("plugin", path.display());
        // Opening a pipe would wait for its other end.
        let flags = libc::O_NONBLOCK | libc::O_NOFOLLOW;
        let file = OpenOptions::new().read(true).custom_flags(flags).open(path);
        let file = file.map_err(|error| named(unreadable(&error)))?;
        let metadata = file.metadata().map_err(|error| named(unreadable(&error)))?;
        if !metadata.is_file() {
            return Err(named(elf::not_a_plugin("it is not a file")));
        }
        Ok(Self { path: path.to_owned(), stamp: Stamp::of(&metadata), file })
    }

    /// The manifest, after checking that it is a whole shared library for this machine that
    /// exports the entry. No code runs.
    ///
    /// # Errors
    ///
    /// Each way of not being that has its own code and message.
    pub(crate) fn manifest(&self) -> Result<Manifest> {
        elf::read_manifest(&self.file).map_err(|error| self.named(error))
    }

    /// The SHA-256 of its bytes, in lower case hexadecimal digits.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(crate) fn sha256(&self) -> Result<String> {
        let mut hash = Sha256::new();
        self.each_piece(|bytes| {
            hash.update(bytes);
            Ok(())
        })
        .map_err(|error| self.named(unreadable(&error)))?;
        Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Gives all its bytes, one piece after the other.
    pub(crate) fn each_piece(
        &self,
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut piece = vec![0; 256 << 10];
        let mut at = 0;
        loop {
            let length = self.file.read_at(&mut piece, at)?;
            if length == 0 {
                return Ok(());
            }
            take(&piece[..length])?;
            at += length as u64;
        }
    }

    /// That nobody wrote to the file since it was opened. A file in place can be changed by its
    /// owner only, who is the user or root; that would not be an attack but a copy over a plugin in
    /// use.
    ///
    /// # Errors
    ///
    /// Somebody did.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        let now = self.file.metadata().map_err(|error| self.named(unreadable(&error)))?;
        if Stamp::of(&now) == self.stamp { Ok(()) } else { Err(self.named(changed())) }
    }

    /// Whether another descriptor is of the same bytes as this one.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.stamp == other.stamp
    }

    pub(crate) fn inode(&self) -> Inode {
        self.stamp.inode
    }

    /// A path that leads to the opened file, whatever its name leads to by now; of use as long as
    /// `self` lives.
    pub(crate) fn descriptor_path(&self) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", self.file.as_raw_fd()))
    }

    fn named(&self, error: Error) -> Error {
        error.with_context("plugin", self.path.display())
    }
}

impl Stamp {
    fn of(metadata: &std::fs::Metadata) -> Self {
        Self {
            inode: (metadata.dev(), metadata.ino()),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

/// The file is not the one it was.
pub(crate) fn changed() -> Error {
    Error::new(ErrorKind::Unavailable, "the plugin's file was changed while it was in use")
        .with_code(code::FILE_CHANGED)
        .with_remedy("run it again; put a new plugin in its place by `sqlflow plugin install`")
}

fn unreadable(error: &io::Error) -> Error {
    Error::new(ErrorKind::NotFound, "the plugin cannot be opened")
        .with_code(code::UNREADABLE)
        .with_remedy("look whether the file is there and you may read it")
        .caused_by(error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::fs;

    use super::*;

    /// Mutation tried: `descriptor_path` gives the path; red.
    #[test]
    fn what_is_hashed_and_mapped_is_the_opened_file_whatever_takes_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.so");
        fs::write(&path, "abc").unwrap();
        let file = PluginFile::open(&path).unwrap();
        let other = folder.path().join("b.so");
        fs::write(&other, "evil").unwrap();
        fs::rename(&other, &path).unwrap();
        assert_eq!(fs::read_to_string(file.descriptor_path()).unwrap(), "abc");
        // FIPS 180-2, appendix B.1.
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(file.sha256().unwrap(), digest);
        assert!(file.check_unchanged().is_ok());
    }

    /// Mutation tried: `check_unchanged` says yes; red.
    #[test]
    fn a_file_that_is_written_to_is_no_longer_the_one_that_was_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.so");
        fs::write(&path, "abc").unwrap();
        let file = PluginFile::open(&path).unwrap();
        fs::write(&path, "abcd").unwrap();
        assert_eq!(file.check_unchanged().unwrap_err().code(), Some(code::FILE_CHANGED));
    }
}
