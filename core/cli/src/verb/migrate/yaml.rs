//! Params as YAML.

use serde_json::Value;
use sqlflow_syntax::{Json, JsonEntry, JsonKind};

use super::secrets;

/// Words that YAML, or an older one, takes for something else than text.
const NOT_TEXT: &[&str] = &["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// A key or plain value, quoted where YAML would take it for something else.
pub(super) fn plain(text: &str) -> String {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let inside = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let word = NOT_TEXT.iter().all(|word| !text.eq_ignore_ascii_case(word));
    if starts && inside && word { text.to_owned() } else { quoted(text) }
}

/// A text in double quotes: JSON's are YAML's.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Writes values, and takes secrets out of them.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// The variables that take the place of secrets.
    pub(super) variables: Vec<String>,
    /// The secrets, as the pipeline's text has them.
    pub(super) secrets: Vec<String>,
}

impl Values {
    /// A param in YAML's flow form. `variable` is the one that takes its place where it is secret.
    pub(super) fn param(&mut self, entry: &JsonEntry, secret: bool, variable: &str) -> String {
        self.value(&entry.value, secret, &format!("{variable}_{}", entry.key.value))
    }

    fn value(&mut self, value: &Json, secret: bool, path: &str) -> String {
        if secret && secrets::is_written_out(value) {
            return self.secret(value, path);
        }
        match &value.kind {
            JsonKind::Null => "null".to_owned(),
            JsonKind::Bool(boolean) => boolean.to_string(),
            JsonKind::Number(number) => number.clone(),
            JsonKind::Text(text) | JsonKind::Reference(text) => quoted(text),
            JsonKind::List(items) => {
                let items = items.iter().enumerate();
                let items = items.map(|(at, one)| self.value(one, secret, &format!("{path}_{at}")));
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
            JsonKind::Object(object) => {
                let entry = |entry: &JsonEntry| {
                    let key = &entry.key.value;
                    let secret = secret || secrets::tells(key);
                    let value = self.value(&entry.value, secret, &format!("{path}_{key}"));
                    format!("{}: {value}", plain(key))
                };
                let entries: Vec<String> = object.entries.iter().map(entry).collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    fn secret(&mut self, value: &Json, path: &str) -> String {
        let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        let mut name: String = path.chars().map(word).collect();
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            name.insert(0, '_');
        }
        if let JsonKind::Text(text) | JsonKind::Number(text) = &value.kind {
            self.secrets.push(text.clone());
            let written = quoted(text);
            self.secrets.push(written.trim_matches('"').to_owned());
        }
        let reference = format!("\"${{{name}}}\"");
        self.variables.push(name);
        reference
    }
}
