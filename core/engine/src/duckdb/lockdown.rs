//! What an open database may do, settled before any SQL of a user runs.

use std::path::Path;

use crate::config::EngineConfig;
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::quote::{quote_identifier, quote_literal};

/// The settings a database must have before its file is read.
pub(super) fn at_start(config: &EngineConfig) -> Result<Vec<(&'static str, String)>> {
    let mut settings = vec![
        ("autoinstall_known_extensions", "false".to_owned()),
        ("autoload_known_extensions", "false".to_owned()),
        ("allow_community_extensions", "false".to_owned()),
    ];
    settings.extend(config.memory_limit.clone().map(|limit| ("memory_limit", limit)));
    settings.extend(config.threads.map(|threads| ("threads", threads.max(1).to_string())));
    if let Some(folder) = &config.temp_directory {
        settings.push(("temp_directory", utf8(folder)?.to_owned()));
    }
    Ok(settings)
}

/// The statements that close an open database, in their order: the last one forbids all others.
pub(super) fn statements(config: &EngineConfig) -> Result<Vec<String>> {
    let mut statements: Vec<_> =
        config.extensions.iter().map(|name| format!("LOAD {}", quote_identifier(name))).collect();
    statements.push("SET GLOBAL TimeZone = 'UTC'".to_owned());
    // Places and candidates come as fields, not as a drawing of the line.
    statements.push("SET GLOBAL errors_as_json = true".to_owned());
    statements.push(format!("SET GLOBAL preserve_insertion_order = {}", config.ordered));
    statements.push("SET GLOBAL allow_persistent_secrets = false".to_owned());
    statements.push(format!("SET GLOBAL allowed_directories = {}", allowed(config)?));
    statements.push("SET GLOBAL enable_external_access = false".to_owned());
    statements.push("SET GLOBAL allowed_configs = ['preserve_insertion_order']".to_owned());
    statements.push("SET GLOBAL lock_configuration = true".to_owned());
    Ok(statements)
}

fn allowed(config: &EngineConfig) -> Result<String> {
    let folders: Result<Vec<_>> =
        config.allowed_directories.iter().map(|folder| utf8(folder).map(quote_literal)).collect();
    Ok(format!("[{}]::VARCHAR[]", folders?.join(", ")))
}

/// DuckDB takes paths as UTF-8 only.
pub(super) fn utf8(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| {
        let message = format!("{} is not UTF-8, as DuckDB wants paths; rename it", path.display());
        EngineError::new(EngineErrorKind::Io, message)
    })
}
