//! The tables that a step writes and reads, whoever makes them.

use std::collections::BTreeSet;

use crate::{Action, Step, TableKey, tables};

impl Step {
    /// The table or view it makes.
    pub fn writes(&self) -> Option<TableKey> {
        match &self.action {
            Action::Load(load) => Some(TableKey::of(&load.table)),
            Action::Transform(transform) => Some(TableKey::of(&transform.table)),
            Action::Source(_) | Action::Export(_) | Action::Test(_) => None,
        }
    }

    /// The tables among `known` that its query names.
    pub fn reads(&self, known: &BTreeSet<TableKey>) -> BTreeSet<TableKey> {
        let query = match &self.action {
            Action::Transform(transform) => &transform.query,
            Action::Export(export) => &export.query,
            Action::Test(test) => &test.query,
            Action::Source(_) | Action::Load(_) => return BTreeSet::new(),
        };
        let mut read = tables::named_in(&query.text, known);
        if let Action::Transform(_) = &self.action
            && let Some(own) = self.writes()
        {
            read.remove(&own);
        }
        read
    }
}
