use arrow::error::ArrowError;
use sqlflow_plugin_sdk::{Error, ErrorKind};

/// The error of a table that is not there.
pub(crate) fn no_table(name: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("there is no table `{name}` in memory"))
        .with_remedy("write it earlier in the same run and declare its `columns`, or give `rows`")
        .with_context("table", name)
}

/// The error of combining or converting columns.
pub(crate) fn from_arrow(what: &str, error: &ArrowError) -> Error {
    let kind = match error {
        ArrowError::CastError(_) | ArrowError::ParseError(_) => ErrorKind::Data,
        ArrowError::OffsetOverflowError(_) | ArrowError::MemoryError(_) => ErrorKind::Limited,
        _ => ErrorKind::Schema,
    };
    Error::new(kind, what).caused_by(error)
}

/// The error of a setting that cannot work.
pub(crate) fn config(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, message)
}
