//! The tree of a profile: every key and value with its place in the file.

use sqlflow_syntax::{Span, Spanned};

/// A value of a profile with its place. Text leaves are templates: their `${…}` still stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where the value stands, in bytes of the profile's text.
    pub span: Span,
    /// The value.
    pub content: Content,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// An unquoted number in JSON's notation, as written.
    Number(String),
    /// Any other scalar; a template.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in file order; no key stands twice.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value of `key`, where this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        find(self.entries(), key)
    }

    /// The entries of a mapping; of anything else, none.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        if let Content::Map(entries) = &self.content { entries } else { &[] }
    }

    /// The value in words, for "…, not a list".
    pub(crate) fn kind(&self) -> &'static str {
        match self.content {
            Content::Null => "nothing",
            Content::Boolean(_) => "true or false",
            Content::Number(_) => "a number",
            Content::Text(_) => "text",
            Content::List(_) => "a list",
            Content::Map(_) => "a mapping",
        }
    }
}

/// The value of `key` among `entries`.
pub(crate) fn find<'a>(entries: &'a [Entry], key: &str) -> Option<&'a Node> {
    entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
}
