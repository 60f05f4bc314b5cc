//! PARAMS and OPTIONS.

use crate::{Span, Spanned};

/// A JSON object; its keys differ from each other and keep their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonObject {
    /// The entries in the order of the text.
    pub entries: Vec<JsonEntry>,
    /// From `{` to `}`.
    pub span: Span,
}

impl JsonObject {
    /// The value of a key, which is compared exactly.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }
}

/// One `"key": value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonEntry {
    /// The key without quotes.
    pub key: Spanned<String>,
    /// The value.
    pub value: Json,
}

/// A JSON value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json {
    /// What it is.
    pub kind: JsonKind,
    /// Where it stands, quotes and brackets included.
    pub span: Span,
}

/// The kinds of JSON values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonKind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as written: nothing is rounded here.
    Number(String),
    /// A string, escapes resolved; it may hold `${…}`.
    Text(String),
    /// A bare `${name}` or `${name|default}`, as written.
    Reference(String),
    /// `[ … ]`
    List(Vec<Json>),
    /// `{ … }`
    Object(JsonObject),
}
