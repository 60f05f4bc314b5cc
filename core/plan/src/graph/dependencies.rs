use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, places::follow_places};
use crate::{draft::Draft, table_key::TableKey};

/// What each statement must wait for. Statements are numbered in file order.
///
/// Writers of a table follow each other. A reader follows the last writer before it, and the next
/// writer waits for that reader; with no writer before it, it follows the last one of all. What
/// reads a table follows the tests that guard it. Exports keep the order of the file with what
/// reads the same place.
pub(crate) fn dependencies(drafts: &[Draft]) -> Graph {
    let statements = Statements::of(drafts);
    let mut graph = vec![BTreeSet::new(); drafts.len()];
    for writers in statements.writers.values() {
        for pair in writers.windows(2) {
            graph[pair[1]].insert(pair[0]);
        }
    }
    let mut readers = BTreeMap::<&TableKey, Vec<usize>>::new();
    for (reader, draft) in drafts.iter().enumerate() {
        let ids = draft.reads.sources.iter().map(|(_, id)| id.as_str());
        graph[reader].extend(ids.filter_map(|id| statements.sources.get(id)));
        for table in statements.tables_read(reader) {
            statements.follow(reader, table, &mut graph);
            if !draft.is_test() {
                readers.entry(table).or_default().push(reader);
            }
        }
    }
    statements.guard(&readers, &mut graph);
    follow_places(drafts, &mut graph);
    graph
}

struct Statements<'d> {
    drafts: &'d [Draft],
    /// By step id.
    sources: BTreeMap<&'d str, usize>,
    /// In file order.
    writers: BTreeMap<&'d TableKey, Vec<usize>>,
}

impl<'d> Statements<'d> {
    fn of(drafts: &'d [Draft]) -> Self {
        let (mut sources, mut writers) = (BTreeMap::new(), BTreeMap::<_, Vec<usize>>::new());
        for (number, draft) in drafts.iter().enumerate() {
            sources.entry(draft.id.as_str()).or_insert(number);
            if let Some(table) = &draft.writes {
                writers.entry(table).or_default().push(number);
            }
        }
        Self { drafts, sources, writers }
    }

    /// The tables that a statement reads, also through views.
    fn tables_read(&self, reader: usize) -> BTreeSet<&'d TableKey> {
        let mut tables = BTreeSet::new();
        let mut pending: Vec<&TableKey> = self.drafts[reader].reads.tables.iter().collect();
        while let Some(table) = pending.pop() {
            if tables.insert(table)
                && let Some(writer) = self.writer_seen(reader, table)
                && self.drafts[writer].is_view
            {
                pending.extend(&self.drafts[writer].reads.tables);
            }
        }
        tables
    }

    /// The writer whose rows a statement sees in a table; `None` where it finds what an earlier
    /// run left.
    fn writer_seen(&self, reader: usize, table: &TableKey) -> Option<usize> {
        let writers = self.writers.get(table)?;
        let before = writers.partition_point(|&writer| writer < reader);
        if before > 0 {
            return Some(writers[before - 1]);
        }
        let writes_it_first = writers.first() == Some(&reader);
        writers.last().copied().filter(|_| !writes_it_first)
    }

    fn follow(&self, reader: usize, table: &TableKey, graph: &mut Graph) {
        let Some(seen) = self.writer_seen(reader, table) else { return };
        graph[reader].insert(seen);
        let writers = self.writers.get(table).map_or(&[][..], Vec::as_slice);
        let next = writers.iter().find(|&&writer| writer > reader);
        if let Some(&next) = next.filter(|_| seen < reader) {
            graph[next].insert(reader);
        }
    }

    /// Lets what reads a guarded table wait for the test that guards it, where both see the rows of
    /// one writer. What the test itself waits for cannot wait for it.
    fn guard(&self, readers: &BTreeMap<&TableKey, Vec<usize>>, graph: &mut Graph) {
        for (test, draft) in self.drafts.iter().enumerate() {
            let Some(table) = &draft.guards else { continue };
            let Some(readers) = readers.get(table) else { continue };
            let (seen, before) = (self.writer_seen(test, table), ancestors(graph, test));
            for &reader in readers.iter().filter(|&&reader| !before[reader]) {
                if self.writer_seen(reader, table) == seen {
                    graph[reader].insert(test);
                }
            }
        }
    }
}

/// Whether each node is the given one or one that it waits for.
pub(super) fn ancestors(graph: &Graph, node: usize) -> Vec<bool> {
    let (mut found, mut pending) = (vec![false; graph.len()], vec![node]);
    while let Some(node) = pending.pop() {
        if !std::mem::replace(&mut found[node], true) {
            pending.extend(&graph[node]);
        }
    }
    found
}
