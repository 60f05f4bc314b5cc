//! `sqlflow plugin inspect`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use sqlflow_host::{Entry, Plugins, SearchPath};

use super::PluginInspectArgs;
use super::list::reason;
use crate::failure::{Failure, Outcome};
use crate::format::Format;
use crate::render::clean::clean_line;
use crate::screen::Screen;
use crate::{exit, notices};

/// Prints a plugin's manifest, where it was found and whether it can be used.
pub(super) fn inspect(args: &PluginInspectArgs) -> Outcome {
    let entry = find(args)?;
    let facts = facts(&entry);
    let text = match args.format {
        Format::Text => facts.iter().map(|(key, value)| line(key, value)).collect(),
        Format::Json => format!("{:#}\n", Value::Object(facts)),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

/// The plugin of this file or name. A file is looked at even outside a project.
fn find(args: &PluginInspectArgs) -> Result<Entry, Failure> {
    let screen = Screen::new(false);
    if Path::new(&args.plugin).is_file() {
        let search = SearchPath::new().by_hand(&[PathBuf::from(&args.plugin)]);
        let plugins = Plugins::discover(search, notices::sink(&screen));
        return plugins.entries().first().cloned().ok_or_else(|| unknown(&plugins, args));
    }
    let workspace = args.workspace.open(&screen)?;
    let plugins = workspace.plugins();
    let named = |entry: &&Entry| {
        entry.manifest.as_ref().is_ok_and(|manifest| manifest.answers_to(&args.plugin))
    };
    plugins.entries().iter().find(named).cloned().ok_or_else(|| unknown(plugins, args))
}

fn unknown(plugins: &Plugins, args: &PluginInspectArgs) -> Failure {
    match plugins.manifest(&args.plugin) {
        Err(error) => Failure::usage(
            error.code().unwrap_or_default(),
            error.message(),
            error.remedy().unwrap_or("`sqlflow plugin list` shows what there is"),
        ),
        Ok(manifest) => Failure::usage("", format!("{} is no file", manifest.name), "name a file"),
    }
}

fn facts(entry: &Entry) -> Map<String, Value> {
    let manifest = entry.manifest.as_ref().ok().map(|manifest| json!(manifest));
    let mut facts = manifest.and_then(|value| value.as_object().cloned()).unwrap_or_default();
    let reason = reason(entry);
    facts.insert("path".into(), json!(entry.path));
    facts.insert("origin".into(), json!(entry.origin));
    facts.insert("usable".into(), json!(reason.is_none()));
    if let Some((reason, help)) = reason {
        facts.insert("reason".into(), json!(reason));
        facts.insert("help".into(), json!(help));
    }
    facts
}

/// Such as `kinds        source, destination`; what is nested is written as `key=value`.
fn line(key: &str, value: &Value) -> String {
    format!("{key:<12} {}\n", clean_line(&words(value)))
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            let pairs = map.iter().map(|(key, value)| format!("{key}={}", words(value)));
            pairs.collect::<Vec<_>>().join(" ")
        }
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    }
}
