use serde_json::{Map, Value};
use sqlflow_profile::{Secret, Substituted, Value as Variable};
use sqlflow_syntax::{Json, JsonKind, JsonObject, Span};

use super::given::Given;
use crate::{
    InFile,
    translation::{Translation, single},
};

impl Translation<'_> {
    /// Reads PARAMS or OPTIONS and replaces the references in them.
    pub(super) fn read_options(&mut self, options: Option<&JsonObject>) -> Given {
        let mut given = Given::default();
        for entry in options.iter().flat_map(|options| &options.entries) {
            let value = self.read_json(&entry.value, &mut given.secrets);
            given.insert(&entry.key.value, value, (InFile::Pipeline, entry.key.span));
        }
        given
    }

    /// `None` once something in the value has been reported.
    fn read_json(&mut self, json: &Json, secrets: &mut Vec<Secret<String>>) -> Option<Value> {
        Some(match &json.kind {
            JsonKind::Null => Value::Null,
            JsonKind::Bool(boolean) => (*boolean).into(),
            JsonKind::Number(number) => number_as_written(number),
            JsonKind::Text(text) | JsonKind::Reference(text) => {
                self.read_leaf(text, json.span, secrets)?
            }
            JsonKind::List(items) => {
                let items: Vec<Option<Value>> =
                    items.iter().map(|item| self.read_json(item, secrets)).collect();
                Value::Array(items.into_iter().collect::<Option<_>>()?)
            }
            JsonKind::Object(object) => {
                let entries = object.entries.iter();
                let entries: Vec<(String, Option<Value>)> = entries
                    .map(|entry| (entry.key.value.clone(), self.read_json(&entry.value, secrets)))
                    .collect();
                let entries = entries.into_iter().map(|(key, value)| Some((key, value?)));
                Value::Object(entries.collect::<Option<Map<_, _>>>()?)
            }
        })
    }

    /// Text; a leaf that is one reference takes the type of its value.
    fn read_leaf(
        &mut self,
        text: &str,
        span: Span,
        secrets: &mut Vec<Secret<String>>,
    ) -> Option<Value> {
        let filled = self.fill(text, span)?;
        keep_secrets(&filled, secrets);
        Some(match single(text, &filled) {
            Some(value) => typed(value),
            None => Value::String(filled.text),
        })
    }
}

fn keep_secrets(filled: &Substituted, secrets: &mut Vec<Secret<String>>) {
    let secret = filled.uses.iter().filter(|used| used.resolved.secret);
    secrets.extend(secret.map(|used| Secret::new(used.resolved.value.text().to_owned())));
}

fn typed(value: &Variable) -> Value {
    match value {
        Variable::Text(text) => Value::String(text.clone()),
        Variable::Number(number) => number_as_written(number),
        Variable::Boolean(boolean) => (*boolean).into(),
        Variable::Null => Value::Null,
    }
}

/// A number; one that JSON's numbers would write otherwise stays text, so that none is rounded.
fn number_as_written(written: &str) -> Value {
    match serde_json::from_str::<serde_json::Number>(written) {
        Ok(number) if number.to_string() == written => number.into(),
        _ => written.into(),
    }
}
