//! What may be shown of a config.

use serde_json::{Map, Value};
use sqlflow_profile::Secret;

use crate::Connected;

const MASK: &str = "***";

impl Connected {
    /// The config with `***` in place of every secret.
    pub fn masked_config(&self) -> Value {
        config(self)
    }
}

/// The config with `***` in place of every secret.
pub(crate) fn config(connected: &Connected) -> Value {
    let entries = connected.config.iter().map(|(key, value)| {
        let is_secret = connected.secret_fields.contains(key);
        let shown = if is_secret { MASK.into() } else { value_shown(value, &connected.secrets) };
        (key.clone(), shown)
    });
    Value::Object(entries.collect::<Map<_, _>>())
}

/// The text with `***` in place of every secret.
pub(crate) fn text(text: &str, secrets: &[Secret<String>]) -> String {
    let secrets = secrets.iter().map(Secret::expose).filter(|secret| !secret.is_empty());
    secrets.fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK))
}

impl Connected {
    /// The text with `***` in place of every secret of this config: for what a connector says.
    #[must_use]
    pub fn hide_secrets(&self, shown: &str) -> String {
        text(shown, &self.secrets)
    }
}

fn value_shown(value: &Value, secrets: &[Secret<String>]) -> Value {
    match value {
        Value::String(shown) => text(shown, secrets).into(),
        Value::Number(number) if secrets.iter().any(|s| *s.expose() == number.to_string()) => {
            MASK.into()
        }
        Value::Array(items) => items.iter().map(|item| value_shown(item, secrets)).collect(),
        Value::Object(entries) => {
            let entry =
                |(key, value): (&String, &Value)| (key.clone(), value_shown(value, secrets));
            Value::Object(entries.iter().map(entry).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
