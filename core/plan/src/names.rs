use std::collections::{BTreeMap, BTreeSet};

use sqlflow_syntax::{Pipeline, StatementKind, suggest};

use crate::{ids::Ids, table_key::TableKey};

/// The names that a pipeline gives: its sources and the tables it writes.
#[derive(Debug)]
pub(crate) struct Names {
    /// Step id and name as written, by lower-case name; of two sources with one name the first.
    sources: BTreeMap<String, (String, String)>,
    tables: BTreeSet<TableKey>,
    /// The tables that it tests.
    tested: BTreeSet<TableKey>,
}

impl Names {
    pub(crate) fn of(pipeline: &Pipeline) -> Self {
        let (mut sources, mut tables) = (BTreeMap::new(), BTreeSet::new());
        let mut tested = BTreeSet::new();
        let mut ids = Ids::default();
        for statement in &pipeline.statements {
            match &statement.kind {
                StatementKind::Source(source) => {
                    let text = source.name.text.clone();
                    let name = || (ids.assign(&format!("source_{text}")), text.clone());
                    sources.entry(source.name.key()).or_insert_with(name);
                }
                StatementKind::Load(load) => {
                    tables.insert(TableKey::of(&load.table));
                }
                StatementKind::Create(create) => {
                    tables.insert(TableKey::of(&create.name));
                }
                StatementKind::Test(test) => {
                    tested.insert(TableKey::of(&test.table));
                }
                StatementKind::Export(_)
                | StatementKind::Set(_)
                | StatementKind::If(_)
                | StatementKind::Include(_) => {}
            }
        }
        Self { sources, tables, tested }
    }

    /// The step id of a source, by its lower-case name.
    pub(crate) fn source(&self, key: &str) -> Option<&str> {
        self.sources.get(key).map(|(id, _)| id.as_str())
    }

    /// Whether the pipeline writes the table.
    pub(crate) fn writes(&self, table: &TableKey) -> bool {
        self.tables.contains(table)
    }

    /// Whether the pipeline tests the table.
    pub(crate) fn tests(&self, table: &TableKey) -> bool {
        self.tested.contains(table)
    }

    /// The remedy for a source that there is not.
    pub(crate) fn sources_like(&self, name: &str) -> String {
        let names: Vec<&str> = self.sources.values().map(|(_, text)| text.as_str()).collect();
        match suggest(name, names.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if names.is_empty() => format!("define it: SOURCE {name} TYPE … PARAMS {{ … }};"),
            None => format!("the sources are: {}", names.join(", ")),
        }
    }
}
