use redis::RedisError;

use crate::{RunId, StoreError};

/// Something that is not as this crate writes it.
pub(super) fn corrupt(run: Option<&RunId>, what: impl Into<String>) -> StoreError {
    StoreError::Corrupt { run: run.copied(), what: what.into() }
}

/// What the server, or the way to it, said. It says nothing of the password.
pub(super) fn unavailable(store: &str, error: &RedisError) -> StoreError {
    StoreError::Unavailable { store: store.to_owned(), what: error.to_string() }
}
