use std::io;
use std::path::Path;

use rusqlite::{Error as SqlError, ErrorCode};

use crate::StoreError;

/// Why something could not be done, before it is known of which file that is told.
#[derive(Debug)]
pub(super) enum Failed {
    Store(StoreError),
    Sql(SqlError),
    File(io::Error),
}

impl Failed {
    /// Something that is not as this crate writes it.
    pub(super) fn corrupt(what: impl Into<String>) -> Self {
        Self::Store(StoreError::Corrupt { run: None, what: what.into() })
    }

    pub(super) fn tell(self, path: &Path) -> StoreError {
        let store = path.display().to_string();
        match self {
            Self::Store(error) => error,
            Self::Sql(error) if is_damage(&error) => {
                StoreError::Corrupt { run: None, what: format!("{store}: {error}") }
            }
            Self::Sql(error) => StoreError::Unavailable { store, what: error.to_string() },
            Self::File(error) => StoreError::Unavailable { store, what: error.to_string() },
        }
    }
}

/// Whether the file is at fault, and not what is around it. Our own statements fit the schema and
/// its constraints, so what SQLite says against one is said of the file.
fn is_damage(error: &SqlError) -> bool {
    match error {
        SqlError::SqliteFailure(error, _) => matches!(
            error.code,
            ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::ConstraintViolation
                | ErrorCode::TypeMismatch
                | ErrorCode::TooBig
                | ErrorCode::Unknown
        ),
        _ => true,
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SqlError> for Failed {
    fn from(error: SqlError) -> Self {
        Self::Sql(error)
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}
