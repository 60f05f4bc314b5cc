//! DuckDB's errors as ours.

use serde_json::{Map, Value};

use crate::error::{EngineError, EngineErrorKind};

/// Reads an error of a statement, which DuckDB writes as JSON once a database is open.
pub(crate) fn from_duckdb(error: &duckdb::Error) -> EngineError {
    match error {
        duckdb::Error::DuckDBFailure(_, Some(message)) => from_message(message),
        other => EngineError::new(EngineErrorKind::Other, other.to_string()),
    }
}

/// Reads an error by DuckDB's message: JSON, or `IO Error: what` as opening a file gives it.
pub(crate) fn from_message(message: &str) -> EngineError {
    let json = message.find('{').and_then(|start| serde_json::from_str(&message[start..]).ok());
    match json {
        Some(Value::Object(fields)) => from_json(&fields),
        _ => from_text(message),
    }
}

fn from_json(fields: &Map<String, Value>) -> EngineError {
    let text = |name| fields.get(name).and_then(Value::as_str);
    let sort = text("exception_type").unwrap_or_default();
    let mut error = classified(sort, text("exception_message").unwrap_or_default());
    error.position = text("position").and_then(|place| place.parse().ok());
    error.candidates = listed(text("candidates").unwrap_or_default());
    error
}

fn listed(names: &str) -> Vec<String> {
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn from_text(message: &str) -> EngineError {
    let told = message.split("\n\nLINE ").next().unwrap_or(message);
    match told.split_once(" Error: ") {
        Some((sort, what)) => classified(sort, what),
        None => classified("", told),
    }
}

fn classified(sort: &str, message: &str) -> EngineError {
    EngineError::new(kind(sort, message), message.trim_end())
}

fn kind(sort: &str, message: &str) -> EngineErrorKind {
    match sort {
        "Parser" | "Syntax" => EngineErrorKind::Syntax,
        "Binder" | "Parameter Not Resolved" => EngineErrorKind::Bind,
        "Catalog" => EngineErrorKind::Catalog,
        "Constraint" => EngineErrorKind::Constraint,
        "Conversion" | "Out of Range" | "Mismatch Type" => EngineErrorKind::Conversion,
        "Out of Memory" => EngineErrorKind::OutOfMemory,
        "Permission" => EngineErrorKind::Permission,
        "INTERRUPT" => EngineErrorKind::Interrupted,
        "TransactionContext" | "Transaction" => EngineErrorKind::Transaction,
        "Not implemented" => EngineErrorKind::Unsupported,
        "IO" | "Serialization" => file_kind(message),
        "Invalid Input" if message.contains("configuration has been locked") => {
            EngineErrorKind::Permission
        }
        _ => EngineErrorKind::Other,
    }
}

fn file_kind(message: &str) -> EngineErrorKind {
    if let Some(holder) = holder(message) {
        return EngineErrorKind::Locked { holder };
    }
    let unreadable = ["not a valid DuckDB database", "Trying to read a database file with version"];
    if unreadable.iter().any(|sign| message.contains(sign)) {
        return EngineErrorKind::NotADatabase;
    }
    EngineErrorKind::Io
}

/// The program and process of `… Conflicting lock is held in /usr/bin/x (PID 42) by user y. …`.
fn holder(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("Could not set lock on file")?;
    let Some((_, held)) = rest.split_once("Conflicting lock is held in ") else {
        return Some("another process".to_owned());
    };
    let end = held.find(')').map_or(held.len(), |at| at + 1);
    Some(held[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::from_message;
    use crate::error::EngineErrorKind;

    /// Messages as DuckDB 1.5.6 gave them.
    fn check(message: &str, kind: &EngineErrorKind, told: &str) {
        let error = from_message(message);
        assert_eq!((&error.kind, error.message.as_str()), (kind, told), "{message}");
    }

    #[test]
    fn the_holder_of_a_lock_is_named() {
        let told = "Could not set lock on file \"/p/w.duckdb\": Conflicting lock is held in \
                    /usr/bin/python3.12 (PID 42) by user ana. See also https://duckdb.org/docs";
        let holder = "/usr/bin/python3.12 (PID 42)".to_owned();
        check(&format!("IO Error: {told}"), &EngineErrorKind::Locked { holder }, told);
    }

    #[test]
    fn a_quoted_line_is_cut_from_a_text_message() {
        check(
            "Binder Error: no column \"x\"\n\nLINE 1: select x\n               ^",
            &EngineErrorKind::Bind,
            "no column \"x\"",
        );
    }

    #[test]
    fn a_parser_error_is_read_from_json_behind_its_prefix() {
        let message = "Parser Error: {\"exception_type\":\"Parser\",\"exception_message\":\
                       \"syntax error at or near \\\"selec\\\"\",\"position\":\"10\"}";
        check(message, &EngineErrorKind::Syntax, "syntax error at or near \"selec\"");
        assert_eq!(from_message(message).position, Some(10));
    }

    #[test]
    fn a_message_of_no_known_form_is_kept_whole() {
        check("something {odd", &EngineErrorKind::Other, "something {odd");
    }
}
