use std::collections::BTreeMap;

use crate::table_key::TableKey;

/// The tables that a query can read, with their columns.
#[derive(Debug, Clone, Default)]
pub struct Catalog(BTreeMap<TableKey, Entry>);

#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The name as it is shown.
    pub(super) label: String,
    /// The columns in their order; `None` where they are not known.
    pub(super) columns: Option<Vec<String>>,
}

impl Catalog {
    /// Adds a table, or puts another in its place. `columns` is `None` where they are not known.
    pub fn add(&mut self, schema: Option<&str>, name: &str, columns: Option<Vec<String>>) {
        let key = TableKey::new(schema, name);
        let label = label(schema, name);
        self.0.insert(key, Entry { label, columns });
    }

    /// Whether a table of this label is there.
    pub(super) fn has(&self, label: &str) -> bool {
        self.0.values().any(|entry| entry.label.eq_ignore_ascii_case(label))
    }

    /// A table that is not there has columns that are not known: it may be a file.
    pub(super) fn get(&self, schema: Option<&str>, name: &str) -> Entry {
        let known = self.0.get(&TableKey::new(schema, name)).cloned();
        known.unwrap_or_else(|| Entry { label: label(schema, name), columns: None })
    }
}

/// `schema.name`, without the default schema.
fn label(schema: Option<&str>, name: &str) -> String {
    match schema.filter(|schema| !schema.eq_ignore_ascii_case("main")) {
        Some(schema) => format!("{schema}.{name}"),
        None => name.to_owned(),
    }
}
