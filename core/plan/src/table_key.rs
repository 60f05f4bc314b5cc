use sqlflow_syntax::TableName;

/// The schema that a name without one is in.
const DEFAULT_SCHEMA: &str = "main";

/// A table's name in a form in which names that mean the same are equal: ASCII lower case, without
/// quotes, `main.t` as `t`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TableKey {
    /// Schema and, before it, catalog; empty for the default schema.
    qualifiers: Vec<String>,
    name: String,
}

impl TableKey {
    pub(crate) fn of(table: &TableName) -> Self {
        let schema = table.schema.iter().map(|schema| schema.text.as_str());
        Self::new(schema, &table.name.text)
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
