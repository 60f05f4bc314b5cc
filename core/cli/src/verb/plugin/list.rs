//! `sqlflow plugin list`.

use std::io::{self, Write};

use serde_json::{Value, json};
use sqlflow_host::Entry;

use super::PluginListArgs;
use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::render::place::shown;
use crate::render::table::Table;
use crate::screen::Screen;

/// Prints every plugin that was found; one that cannot be used with the reason. No code runs.
pub(super) fn list(args: &PluginListArgs) -> Outcome {
    let workspace = args.workspace.open(&Screen::new(false))?;
    let entries = workspace.plugins().entries();
    let text = match args.format {
        Format::Text => text(entries),
        Format::Json => format!("{:#}\n", entries.iter().map(json).collect::<Value>()),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

/// Why a plugin cannot be used: the reason and, where there is one, the remedy.
pub(super) fn reason(entry: &Entry) -> Option<(String, Option<String>)> {
    let error = entry.manifest.as_ref().err().cloned().or_else(|| entry.check_trust().err())?;
    Some((error.to_string(), error.remedy().map(ToOwned::to_owned)))
}

/// The roles of a plugin, `source, destination`.
pub(super) fn kinds(entry: &Entry) -> Vec<Value> {
    let manifest = entry.manifest.as_ref().ok();
    let kinds = manifest.map(|manifest| manifest.kinds.as_slice()).unwrap_or_default();
    kinds.iter().map(|kind| json!(kind)).collect()
}

fn text(entries: &[Entry]) -> String {
    if entries.is_empty() {
        return "no plugins found; name a library or a folder with --plugin PATH\n".to_owned();
    }
    let mut table = Table::new(["", "name", "version", "kinds", "path", "found by"]);
    let mut reasons = String::new();
    for entry in entries {
        let row = row(entry);
        if let Some((reason, remedy)) = reason(entry) {
            let help = remedy.map(|remedy| format!("\n  help: {remedy}")).unwrap_or_default();
            reasons.push_str(&format!("✗ {}: {reason}{help}\n", row[1]));
        }
        table.row(row);
    }
    table.draw() + &crate::render::clean::clean(&reasons)
}

fn row(entry: &Entry) -> [String; 6] {
    let mark = if reason(entry).is_none() { "✓" } else { "✗" };
    let file = entry.path.file_name().unwrap_or(entry.path.as_os_str());
    let (name, version) = match &entry.manifest {
        Ok(manifest) => (manifest.name.clone(), manifest.version.clone()),
        Err(_) => (file.to_string_lossy().into_owned(), String::new()),
    };
    let kinds: Vec<Value> = kinds(entry);
    let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
    [mark.into(), name, version, kinds.join(", "), shown(&entry.path), entry.origin.to_string()]
}

fn json(entry: &Entry) -> Value {
    let manifest = entry.manifest.as_ref().ok();
    let reason = reason(entry);
    json!({
        "name": manifest.map(|manifest| &manifest.name),
        "version": manifest.map(|manifest| &manifest.version),
        "kinds": kinds(entry),
        "path": entry.path,
        "origin": entry.origin,
        "usable": reason.is_none(),
        "reason": reason.as_ref().map(|(reason, _)| reason),
        "help": reason.as_ref().and_then(|(_, help)| help.as_ref()),
    })
}
