use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use arrow::{datatypes::SchemaRef, error::ArrowError};
use parquet::errors::ParquetError;
use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

/// The error of reading or writing a Parquet file.
pub(crate) fn of_parquet(path: &Path, error: &ParquetError) -> Error {
    if let ParquetError::External(inner) = error
        && let Some(inner) = inner.downcast_ref::<io::Error>()
    {
        return of_io(path, inner);
    }
    let (kind, what, remedy) = match error {
        ParquetError::NYI(_) => (
            ErrorKind::Unsupported,
            "uses a part of the Parquet format that this connector does not have",
            "write the file again, for example with DuckDB's defaults",
        ),
        ParquetError::EOF(_)
        | ParquetError::NeedMoreData(_)
        | ParquetError::NeedMoreDataRange(_) => (
            ErrorKind::Data,
            "ends before its data does",
            "the file was cut off: copy it again or write it again",
        ),
        _ => (
            ErrorKind::Data,
            "is not a sound Parquet file",
            "check that it is a Parquet file, then copy it again or write it again",
        ),
    };
    Error::new(kind, format!("`{}` {what}", path.display())).with_remedy(remedy).caused_by(error)
}

/// Runs a part of the decoder. On some damaged files it panics instead of returning an error.
pub(crate) fn decoding<T>(path: &Path, decode: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|payload| {
        // Dropping a payload may panic again.
        std::mem::forget(payload);
        Err(of_parquet(path, &ParquetError::General("the decoder gave up".to_owned())))
    })
}

/// The error of the file system.
pub(crate) fn of_io(path: &Path, error: &io::Error) -> Error {
    let (kind, what, remedy) = match error.kind() {
        io::ErrorKind::NotFound => (ErrorKind::NotFound, "is not there", "check the path"),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => (
            ErrorKind::Permission,
            "may not be used",
            "check the rights of the file and its folder",
        ),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (ErrorKind::Limited, "does not fit on the disk", "free some space")
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => {
            (ErrorKind::Config, "is no path of a file", "check the path")
        }
        _ => (ErrorKind::Unavailable, "cannot be read or written", "check the disk"),
    };
    Error::new(kind, format!("`{}` {what}", path.display())).with_remedy(remedy).caused_by(error)
}

/// The error of decoding rows or of giving them their types.
pub(crate) fn of_arrow(path: &Path, error: &ArrowError) -> Error {
    let (what, remedy) = match error {
        ArrowError::CastError(_)
        | ArrowError::ComputeError(_)
        | ArrowError::ArithmeticOverflow(_) => (
            "has a value that its type in the engine cannot hold",
            "name the other columns in `columns`, or write the file again with fitting values",
        ),
        _ => ("cannot be decoded", "the file is damaged: copy it again or write it again"),
    };
    Error::new(ErrorKind::Data, format!("`{}` {what}", path.display()))
        .with_remedy(remedy)
        .caused_by(error)
}

/// A file that does not have the rows its footer counts.
pub(crate) fn miscounted(path: &Path) -> Error {
    Error::new(
        ErrorKind::Data,
        format!("`{}` has another number of rows than its footer says", path.display()),
    )
    .with_remedy("the file is damaged: copy it again or write it again")
}

/// The error of rows that cannot be written.
pub(crate) fn of_write(place: &Path, error: &ArrowError) -> Error {
    let message = format!("a value cannot be written to `{}` without loss", place.display());
    Error::new(ErrorKind::Data, message)
        .with_remedy(
            "cast the column to VARCHAR, or a HUGEINT to DOUBLE where that is close enough",
        )
        .caused_by(error)
}

/// A path that matches nothing.
pub(crate) fn no_files(path: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("no Parquet file matches `{path}`"))
        .with_remedy("check the path; a folder is searched for `*.parquet`, not its subfolders")
}

/// A file that is not the one that was planned or bound.
pub(crate) fn changed(path: &Path) -> Error {
    Error::new(ErrorKind::Data, format!("`{}` changed while it was being read", path.display()))
        .with_remedy("run again when nothing writes to it; writers should rename a finished file")
}

/// The remedy where a column is asked for that is not there.
pub(crate) fn there_are(columns: &SchemaRef) -> String {
    let names: Vec<&str> = columns.fields().iter().map(|field| field.name().as_str()).collect();
    format!("there are: {}", names.join(", "))
}

/// A column that one of two files or schemas has in another way.
pub(crate) fn differ(column: &str, how: &str, first: &str, second: &str) -> Error {
    Error::new(
        ErrorKind::Schema,
        format!("column `{column}` {how} in `{second}`, unlike `{first}`"),
    )
    .with_remedy("read the files as two sources, or only the columns they share (`columns`)")
}

/// A path that cannot stand in a plan.
pub(crate) fn not_utf8(path: &Path) -> Error {
    Error::new(ErrorKind::Config, format!("the file name {path:?} is not UTF-8"))
        .with_remedy("rename the file")
}
