use std::{
    collections::HashSet,
    fs::File,
    os::unix::fs::{FileExt, MetadataExt},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use crate::error::from_io;

/// A file, open for reading anywhere in it.
#[derive(Debug)]
pub(crate) struct OpenFile {
    pub(crate) path: PathBuf,
    pub(crate) stamp: Stamp,
    file: File,
}

/// Tells whether a file is still the one that was planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// Bytes.
    pub(crate) size: u64,
    /// Time of the last change, in nanoseconds since 1970.
    pub(crate) modified: i64,
}

impl OpenFile {
    /// Opens a regular file.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let failed = |error| from_io("open", path, &error);
        let file = File::open(path).map_err(failed)?;
        let data = file.metadata().map_err(failed)?;
        if !data.is_file() {
            return Err(Error::new(
                ErrorKind::Config,
                format!("`{}` is not a file", path.display()),
            )
            .with_remedy("name files, or a glob such as `folder/*.csv`"));
        }
        let modified = data.mtime().saturating_mul(1_000_000_000).saturating_add(data.mtime_nsec());
        let stamp = Stamp { size: data.size(), modified };
        Ok(Self { path: path.to_owned(), stamp, file })
    }

    /// Reads into `buffer` from `offset` on, until it is full or the file ends; returns how much.
    pub(crate) fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            let rest = &mut buffer[filled..];
            match self.file.read_at(rest, offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(from_io("read", &self.path, &error)),
            }
        }
        Ok(filled)
    }

    /// The line, counted from 1, in which the byte at `offset` stands. Lines end where an editor
    /// ends them, also inside quotes.
    pub(crate) fn line_at(&self, offset: u64) -> Result<u64> {
        let mut buffer = vec![0; 256 << 10];
        let (mut line, mut at, mut before) = (1, 0, 0);
        while at < offset {
            let wanted = (offset - at).min(buffer.len() as u64) as usize;
            let read = self.read_at(&mut buffer[..wanted], at)?;
            if read == 0 {
                break;
            }
            line += line_breaks(&buffer[..read], before);
            before = buffer[read - 1];
            at += read as u64;
        }
        Ok(line)
    }
}

/// Line breaks in `bytes`; CR LF is one, also where `before` was the CR.
fn line_breaks(bytes: &[u8], before: u8) -> u64 {
    let is_break = |&at: &usize| {
        let previous = if at == 0 { before } else { bytes[at - 1] };
        bytes[at] == b'\r' || previous != b'\r'
    };
    memchr::memchr2_iter(b'\n', b'\r', bytes).filter(is_break).count() as u64
}

/// The files that paths and globs name: globs sorted, the list's order kept, each file once.
pub(crate) fn list(patterns: &[String]) -> Result<Vec<PathBuf>> {
    let (mut files, mut seen) = (Vec::new(), HashSet::new());
    for pattern in patterns {
        let found = matches(pattern)?;
        files.extend(found.into_iter().filter(|path| seen.insert(path.clone())));
    }
    if files.is_empty() {
        return Err(Error::new(ErrorKind::Config, "`path` names no file"));
    }
    Ok(files)
}

fn matches(pattern: &str) -> Result<Vec<PathBuf>> {
    let literal = PathBuf::from(pattern);
    if !pattern.contains(['*', '?', '[']) || literal.exists() {
        return Ok(vec![literal]);
    }
    let found = glob::glob(pattern).map_err(|error| {
        Error::new(ErrorKind::Config, format!("`{pattern}` is not a glob")).caused_by(&error)
    })?;
    let found: Result<Vec<PathBuf>> = found
        .map(|path| path.map_err(|error| from_io("look into", error.path(), error.error())))
        .collect();
    let files: Vec<PathBuf> = found?.into_iter().filter(|path| path.is_file()).collect();
    if files.is_empty() {
        return Err(Error::new(ErrorKind::NotFound, format!("no file matches `{pattern}`"))
            .with_remedy("check the glob; a relative one starts at the project's folder"));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_is_sorted_and_a_list_keeps_its_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.csv", "a.csv", "c.txt", "d[1].csv"] {
            std::fs::write(folder.path().join(name), "x\n").unwrap();
        }
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let names = |patterns: &[String]| -> Vec<String> {
            let files = list(patterns).unwrap();
            files.iter().map(|f| f.file_name().unwrap().to_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&[path("*.csv")]), ["a.csv", "b.csv", "d[1].csv"]);
        assert_eq!(
            names(&[path("c.txt"), path("?.csv"), path("a.csv")]),
            ["c.txt", "a.csv", "b.csv"]
        );
        assert_eq!(names(&[path("d[1].csv")]), ["d[1].csv"], "a file may be named like a glob");
        assert_eq!(list(&[path("*.none")]).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a\nb\r\nc\rd\n\ne").unwrap();
        let open = OpenFile::open(file.path()).unwrap();
        let lines: Vec<u64> = [0, 2, 5, 7, 9, 10].map(|at| open.line_at(at).unwrap()).to_vec();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6]);
    }
}
