//! The tables and views of the database, and who made them, as far as that is committed.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use arrow::array::AsArray;
use sqlflow_engine::Session;
use sqlflow_plan::TableKey;
use sqlflow_state::StepError;

use crate::{errors, warehouse::TABLES_OF_PIPELINES};

/// What is known of the tables. Asked of the database once, since it takes as long as there are
/// tables, and kept up with what steps commit: nobody else writes while the database is open here.
#[derive(Debug, Default)]
pub(crate) struct KnownTables(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Whether each is a view.
    relations: BTreeMap<TableKey, bool>,
    owners: BTreeMap<TableKey, String>,
}

impl KnownTables {
    /// Asks the database.
    pub(crate) fn read(session: &mut dyn Session) -> Result<Self, StepError> {
        let (relations, owners) = (relations(session)?, owners(session)?);
        Ok(Self(Mutex::new(Known { relations, owners })))
    }

    /// Whether there is a table or view of this name, and whether it is a view.
    pub(crate) fn find(&self, table: &TableKey) -> Option<bool> {
        self.lock().relations.get(table).copied()
    }

    /// The pipeline that made a table.
    pub(crate) fn owner(&self, table: &TableKey) -> Option<String> {
        self.lock().owners.get(table).cloned()
    }

    /// Notes that a pipeline has made a table or view, which is committed.
    pub(crate) fn made(&self, table: TableKey, is_view: bool, pipeline: &str) {
        let mut known = self.lock();
        known.owners.insert(table.clone(), pipeline.to_owned());
        known.relations.insert(table, is_view);
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether each relation of the database is a view.
pub(crate) fn relations(session: &mut dyn Session) -> Result<BTreeMap<TableKey, bool>, StepError> {
    let relations = session.relations().map_err(errors::of_engine)?;
    let entry = |relation: sqlflow_engine::Relation| {
        (TableKey::named(&relation.schema, &relation.name), relation.is_view)
    };
    Ok(relations.into_iter().map(entry).collect())
}

/// Which pipeline made each table, where that is recorded.
pub(crate) fn owners(session: &mut dyn Session) -> Result<BTreeMap<TableKey, String>, StepError> {
    let mut rows = session.query(TABLES_OF_PIPELINES).map_err(errors::of_engine)?;
    let mut owners = BTreeMap::new();
    while let Some(batch) = rows.next().map_err(errors::of_engine)? {
        let column = |at: usize| batch.column(at).as_string_opt::<i32>();
        let (Some(schemas), Some(names), Some(pipelines)) = (column(0), column(1), column(2))
        else {
            continue;
        };
        for row in 0..batch.num_rows() {
            let key = TableKey::named(schemas.value(row), names.value(row));
            owners.insert(key, pipelines.value(row).to_owned());
        }
    }
    Ok(owners)
}
