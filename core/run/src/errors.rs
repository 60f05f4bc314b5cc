//! Errors of connectors and of the engine, as the data that events carry.

use sqlflow_engine::{EngineError, EngineErrorKind};
use sqlflow_plugin_sdk::{Error, Retry};
use sqlflow_state::{StepError, StoreError};

use crate::{code, meter::micros};

/// What says in an error who holds the database.
const HOLDER: &str = "held_by";

/// An error of a connector or of the host.
pub(crate) fn of_connector(error: &Error) -> StepError {
    let kind = serde_json::to_value(error.kind()).unwrap_or_default();
    let is_connector = |(key, _): &&(String, String)| key == "connector";
    StepError {
        code: error.code().unwrap_or(code::CONNECTOR).to_owned(),
        kind: kind.as_str().unwrap_or("bug").to_owned(),
        message: error.message().to_owned(),
        remedy: error.remedy().map(ToOwned::to_owned),
        connector: error.context().iter().find(is_connector).map(|(_, name)| name.clone()),
        context: error.context().iter().filter(|pair| !is_connector(pair)).cloned().collect(),
        causes: error.causes().to_vec(),
        place: None,
        can_be_retried: error.retry() != Retry::Never,
        retry_after_us: match error.retry() {
            Retry::After(wait) => Some(micros(wait)),
            _ => None,
        },
    }
}

/// An error of the run store.
pub(crate) fn of_store(error: &StoreError) -> StepError {
    let (message, remedy) = match error.to_string().split_once("; ") {
        Some((message, remedy)) => (message.to_owned(), remedy.to_owned()),
        None => (error.to_string(), "look at `runs.store` in the profile".to_owned()),
    };
    let kind = match error {
        StoreError::RunNotFound { .. } => "not_found",
        StoreError::Corrupt { .. } => "data",
        _ => "unavailable",
    };
    noticed(error.code(), kind, message, &remedy)
}

/// An error of the engine; a connector's own error comes back out of it unchanged.
pub(crate) fn of_engine(error: EngineError) -> StepError {
    if let Some(scan) = error.scan {
        let message = scan.to_string();
        return match scan.into_source().map(|source| source.downcast::<Error>()) {
            Some(Ok(error)) => of_connector(&error),
            _ => StepError { code: code::ENGINE.into(), kind: "bug".into(), message, ..empty() },
        };
    }
    let (code, kind, remedy) = classify(&error.kind);
    let context = match &error.kind {
        EngineErrorKind::Locked { holder } => vec![(HOLDER.to_owned(), holder.clone())],
        _ => Vec::new(),
    };
    let nearest = error.candidates.iter().find(|name| !is_internal(name));
    let nearest = nearest.map(|name| format!("did you mean `{name}`?"));
    StepError {
        code: code.to_owned(),
        kind: kind.to_owned(),
        message: without_guess(&error.message).to_owned(),
        remedy: nearest.or_else(|| remedy.map(ToOwned::to_owned)),
        context,
        ..empty()
    }
}

/// Who holds the database, as the error of opening it says.
pub(crate) fn holder(error: &StepError) -> String {
    let named = error.context.iter().find(|(key, _)| key == HOLDER);
    named.map_or_else(|| "another process".to_owned(), |(_, holder)| holder.clone())
}

/// The engine's own views, which nobody means who has misspelt a table.
fn is_internal(name: &str) -> bool {
    ["pg_", "duckdb_", "sqlite_", "pragma_"].iter().any(|prefix| name.starts_with(prefix))
}

/// The message without the engine's guess, which the remedy tells.
fn without_guess(message: &str) -> &str {
    message.split_once("\nDid you mean ").map_or(message, |(told, _)| told)
}

fn classify(kind: &EngineErrorKind) -> (&'static str, &'static str, Option<&'static str>) {
    use EngineErrorKind as Kind;
    match kind {
        Kind::Syntax | Kind::Bind | Kind::Catalog => (code::DOES_NOT_BIND, "schema", None),
        Kind::Constraint | Kind::Conversion => (code::ENGINE, "data", None),
        Kind::OutOfMemory => (
            code::OUT_OF_RESOURCES,
            "resources",
            Some("raise `memory_limit` under `engine` in the profile, or free disk space"),
        ),
        Kind::Locked { .. } => {
            (code::DATABASE_HELD, "unavailable", Some("wait until it ends, or end it"))
        }
        Kind::NotADatabase | Kind::Io => (code::DATABASE_UNUSABLE, "not_found", None),
        Kind::Permission => (
            code::FORBIDDEN,
            "permission",
            Some("name the folder under `engine.allow_paths` in the profile"),
        ),
        Kind::Interrupted => (code::ENGINE, "cancelled", None),
        _ => (code::ENGINE, "bug", None),
    }
}

fn empty() -> StepError {
    StepError::default()
}

/// A failure that SQLFlow itself noticed.
pub(crate) fn noticed(code: &str, kind: &str, message: String, remedy: &str) -> StepError {
    StepError {
        code: code.to_owned(),
        kind: kind.to_owned(),
        message,
        remedy: Some(remedy.to_owned()),
        ..empty()
    }
}
