use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{ConfigSpec, Field};
use sqlflow_profile::Secret;
use sqlflow_syntax::Span;

use crate::InFile;

/// Options as they are given, before a spec is asked.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) values: Map<String, Value>,
    /// Where each key stands.
    places: BTreeMap<String, (InFile, Span)>,
    /// Keys whose values could not be read, which has been reported.
    broken: Vec<String>,
    /// Secrets that the values are made of.
    pub(super) secrets: Vec<Secret<String>>,
}

impl Given {
    /// Takes in a value; `None` is one that could not be read.
    pub(super) fn insert(&mut self, key: &str, value: Option<Value>, place: (InFile, Span)) {
        if value.is_none() {
            self.broken.push(key.to_owned());
        }
        self.places.insert(key.to_owned(), place);
        self.values.insert(key.to_owned(), value.unwrap_or(Value::Null));
    }

    /// Leaves out an option that has been dealt with.
    pub(super) fn remove(&mut self, key: &str) {
        self.values.shift_remove(key);
    }

    pub(super) fn place(&self, key: &str) -> Option<(InFile, Span)> {
        self.places.get(key).copied()
    }

    pub(super) fn is_broken(&self) -> bool {
        !self.broken.is_empty()
    }

    /// Whether the key's own value could not be read.
    pub(super) fn has_broken(&self, key: &str) -> bool {
        self.broken.iter().any(|broken| broken == key)
    }

    /// Whether the key, or another name of its field, has a value that could not be read.
    pub(super) fn is_broken_at(&self, key: &str, spec: &ConfigSpec) -> bool {
        let same = |broken: &String| match spec.field(key) {
            Some(field) => field.answers_to(broken),
            None => broken == key,
        };
        self.broken.iter().any(same)
    }

    /// Whether the field has a value, under any of its names.
    pub(super) fn has(&self, field: &Field) -> bool {
        self.values.iter().any(|(key, value)| {
            field.answers_to(key) && (!value.is_null() || self.broken.contains(key))
        })
    }
}
