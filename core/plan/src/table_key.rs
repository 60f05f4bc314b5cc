use std::fmt;

use sqlflow_syntax::TableName;

/// The schema that a name without one is in.
const DEFAULT_SCHEMA: &str = "main";

/// A table's name in a form in which names that mean the same are equal: ASCII lower case, without
/// quotes, `main.t` as `t`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableKey {
    /// Schema and, before it, catalog; empty for the default schema.
    qualifiers: Vec<String>,
    name: String,
}

impl fmt::Display for TableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for qualifier in &self.qualifiers {
            write!(f, "{qualifier}.")?;
        }
        f.write_str(&self.name)
    }
}

impl TableKey {
    /// The key of a table as a statement names it.
    pub fn of(table: &TableName) -> Self {
        let schema = table.schema.iter().map(|schema| schema.text.as_str());
        Self::new(schema, &table.name.text)
    }

    /// The key of a table of a schema.
    pub fn named(schema: &str, name: &str) -> Self {
        Self::new([schema], name)
    }

    pub(crate) fn new<'a>(qualifiers: impl IntoIterator<Item = &'a str>, name: &str) -> Self {
        let mut qualifiers: Vec<String> =
            qualifiers.into_iter().map(str::to_ascii_lowercase).collect();
        if qualifiers == [DEFAULT_SCHEMA] {
            qualifiers.clear();
        }
        Self { qualifiers, name: name.to_ascii_lowercase() }
    }

    /// The name, where it has no schema: only then it can be that of a source.
    pub(crate) fn unqualified(&self) -> Option<&str> {
        self.qualifiers.is_empty().then_some(self.name.as_str())
    }
}
