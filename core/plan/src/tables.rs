//! The tables that a query names.

mod parsed;
mod words;

use std::collections::BTreeSet;

use crate::{names::Names, table_key::TableKey};

/// A table as a query names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueryTable {
    pub(crate) key: TableKey,
    /// The name without quotes and schema, in the case of the query.
    pub(crate) text: String,
}

/// What a query reads, as far as it is known to the pipeline.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Tables that the pipeline writes or tests, each once, in the order of the query.
    pub(crate) tables: Vec<TableKey>,
    /// Sources: name as the query has it, id of the source step.
    pub(crate) sources: Vec<(String, String)>,
    /// The first table or source, also one that the pipeline does not know.
    pub(crate) first: Option<String>,
}

/// Finds out what a query reads; a table of the pipeline wins over a source of its name.
///
/// What the parser cannot read (decision 0003) is searched for words that are names of the
/// pipeline, other than the step's own `target`.
pub(crate) fn read_by(sql: &str, names: &Names, target: Option<&TableKey>) -> Reading {
    let tables = parsed::tables(sql).unwrap_or_else(|| {
        let mut tables = words::tables(sql, |key| is_known(key, names));
        tables.retain(|table| Some(&table.key) != target);
        tables
    });
    let mut reading = Reading::default();
    for table in tables {
        add(&mut reading, table, names);
    }
    reading
}

/// The tables among `known` that a query names.
pub(crate) fn named_in(sql: &str, known: &BTreeSet<TableKey>) -> BTreeSet<TableKey> {
    let tables =
        parsed::tables(sql).unwrap_or_else(|| words::tables(sql, |key| known.contains(key)));
    tables.into_iter().map(|table| table.key).filter(|key| known.contains(key)).collect()
}

/// The first table that a query names, where the parser can read it.
pub(crate) fn first(sql: &str) -> Option<String> {
    parsed::tables(sql)?.into_iter().next().map(|table| table.text)
}

fn is_known(key: &TableKey, names: &Names) -> bool {
    names.writes(key) || names.tests(key) || source_of(key, names).is_some()
}

fn source_of<'n>(key: &TableKey, names: &'n Names) -> Option<&'n str> {
    names.source(key.unqualified()?)
}

fn add(reading: &mut Reading, table: QueryTable, names: &Names) {
    reading.first.get_or_insert_with(|| table.text.clone());
    let source = source_of(&table.key, names).filter(|_| !names.writes(&table.key));
    if let Some(id) = source {
        if reading.sources.iter().all(|(_, known)| known != id) {
            reading.sources.push((table.text, id.to_owned()));
        }
    } else if (names.writes(&table.key) || names.tests(&table.key))
        && !reading.tables.contains(&table.key)
    {
        reading.tables.push(table.key);
    }
}
