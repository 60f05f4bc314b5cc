use std::{fmt::Display, io, path::Path};

use arrow::error::ArrowError;
use sqlflow_plugin_sdk::{Error, ErrorKind, Retry};

/// Characters of a value that an error shows.
const SHOWN: usize = 100;

/// The error of a call to the file system.
pub(crate) fn from_io(doing: &str, path: &Path, error: &io::Error) -> Error {
    use io::ErrorKind as Io;
    let (kind, remedy) = match error.kind() {
        Io::NotFound => {
            (ErrorKind::NotFound, "check the path; a relative one starts at the project's folder")
        }
        Io::PermissionDenied => {
            (ErrorKind::Permission, "give the user who runs SQLFlow the right to it")
        }
        Io::ReadOnlyFilesystem => (ErrorKind::Permission, "write to another folder"),
        Io::StorageFull | Io::QuotaExceeded | Io::FileTooLarge => {
            (ErrorKind::Limited, "free some space, or write to another disk")
        }
        Io::IsADirectory | Io::NotADirectory | Io::InvalidFilename | Io::InvalidInput => {
            (ErrorKind::Config, "name a file")
        }
        Io::Interrupted | Io::TimedOut | Io::StaleNetworkFileHandle => {
            (ErrorKind::Unavailable, "run it again")
        }
        _ => (ErrorKind::Unavailable, "check the disk the file lies on"),
    };
    let retry = if error.kind() == Io::Interrupted { Retry::Now } else { Retry::Never };
    Error::new(kind, format!("cannot {doing} `{}`", path.display()))
        .with_remedy(remedy)
        .with_retry(retry)
        .with_context("file", path.display())
        .caused_by(error)
}

/// The error of building a batch from columns that are complete.
pub(crate) fn from_arrow(error: &ArrowError) -> Error {
    Error::new(ErrorKind::Bug, "the columns do not make a batch").caused_by(error)
}

/// The error of something that stands in a file at a line.
pub(crate) fn at_line(kind: ErrorKind, file: &Path, line: u64, what: impl Display) -> Error {
    Error::new(kind, format!("`{}`, line {line}: {what}", file.display()))
        .with_context("file", file.display())
        .with_context("line", line)
}

/// A text as an error quotes it: one line, at most 100 characters.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}
