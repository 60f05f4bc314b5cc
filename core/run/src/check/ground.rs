use std::collections::{BTreeMap, BTreeSet};

use sqlflow_engine::{EngineError, EngineErrorKind, Mounted, Session};
use sqlflow_plan::TableKey;
use sqlflow_state::StepError;
use sqlflow_syntax::{Relation, TableName, suggest};

use crate::{
    Trouble, errors,
    known_tables::{owners, relations},
    warehouse::{self, Warehouse, Way},
};

/// What SQL is bound on: the warehouse with the tables that the steps before have made, all in a
/// transaction that is never committed.
pub(super) struct Ground {
    pub(super) session: Box<dyn Session>,
    /// Whether each relation is a view.
    relations: BTreeMap<TableKey, bool>,
    owners: BTreeMap<TableKey, String>,
    schemas: BTreeSet<String>,
    /// Tables of which nothing is known: steps that are wrong, or not checked, make them.
    unknown: BTreeSet<TableKey>,
    /// Whether any table that is not found may be there all the same.
    is_open: bool,
    /// The texts of pipelines that could not be read whole, in lower case: a table they name may be
    /// one that they make.
    unread: Vec<String>,
    /// What was done so far, to be done again after an error that undid it.
    history: Vec<Made>,
    /// What the statements of the history read.
    mounts: Vec<Mounted>,
    recoveries: usize,
}

/// A statement of the history.
struct Made {
    /// `None` for one that cannot be said again.
    sql: Option<String>,
    /// The table it makes, and whether that is a view.
    table: Option<(TableKey, bool)>,
}

/// How often everything is made again. What was made before one more error is not known.
const MOST_RECOVERIES: usize = 20;

impl Ground {
    /// Begins the transaction; `is_open` where the warehouse itself could not be looked into.
    pub(super) fn new(warehouse: &Warehouse, is_open: bool) -> Result<Self, Trouble> {
        let session = warehouse.session().map_err(Trouble::before)?;
        let mut ground = Self {
            session,
            relations: BTreeMap::new(),
            owners: BTreeMap::new(),
            schemas: BTreeSet::new(),
            unknown: BTreeSet::new(),
            is_open,
            unread: Vec::new(),
            history: Vec::new(),
            mounts: Vec::new(),
            recoveries: 0,
        };
        let session = warehouse.session();
        ground.owners = session.and_then(|mut own| owners(own.as_mut())).unwrap_or_default();
        ground.begin()?;
        Ok(ground)
    }

    /// Forgets tables that steps which are not sound would make.
    pub(super) fn forget(&mut self, tables: impl IntoIterator<Item = TableKey>) {
        self.unknown.extend(tables);
    }

    /// Reckons with the tables that a pipeline which could not be read whole may make: those it
    /// names, or any where it includes a file that nobody has seen.
    pub(super) fn reckon_with(&mut self, text: &str, misses_file: bool) {
        self.unread.push(text.to_ascii_lowercase());
        self.is_open |= misses_file;
    }

    pub(super) fn unknown(&self) -> &BTreeSet<TableKey> {
        &self.unknown
    }

    /// Whether a table that is not found may be there all the same.
    pub(super) fn may_have(&self, table: &str) -> bool {
        let table = table.to_ascii_lowercase();
        self.is_open || self.unread.iter().any(|text| text.contains(&table))
    }

    /// The table or view whose name is nearest to one that is not there.
    pub(super) fn like(&self, table: &str) -> Option<String> {
        let names: Vec<String> = self.relations.keys().map(ToString::to_string).collect();
        suggest(table, names.iter().map(String::as_str)).map(str::to_owned)
    }

    /// Whether an error has aborted the transaction.
    pub(super) fn is_aborted(&mut self) -> bool {
        let alive = self.session.execute("SELECT 1");
        alive.is_err_and(|error| error.kind == EngineErrorKind::Transaction)
    }

    /// Begins anew where the transaction was aborted, and makes again what was made in it; what
    /// cannot be made is not known.
    pub(super) fn recover(&mut self) -> Result<(), Trouble> {
        if !self.is_aborted() {
            return Ok(());
        }
        self.session.rollback().map_err(failed)?;
        self.begin()?;
        self.recoveries += 1;
        let again = self.recoveries <= MOST_RECOVERIES;
        for made in &self.history {
            let sql = made.sql.as_ref().filter(|_| again);
            let is_made = sql.is_some_and(|sql| self.session.execute(sql).is_ok());
            match &made.table {
                Some((table, is_view)) if is_made => {
                    self.relations.insert(table.clone(), *is_view);
                }
                Some((table, _)) => {
                    self.unknown.insert(table.clone());
                }
                None => {}
            }
        }
        Ok(())
    }

    /// As [`warehouse::make_way`], without asking the catalog for every table anew.
    pub(super) fn make_way(
        &mut self,
        table: &TableName,
        pipeline: &str,
        wanted: (Relation, bool),
    ) -> Result<bool, StepError> {
        self.make_schema(table)?;
        let key = TableKey::of(table);
        let there = self.relations.get(&key).copied();
        let is_ours = || self.owners.get(&key).is_some_and(|owner| owner == pipeline);
        match warehouse::way(there, wanted, is_ours) {
            Way::Free => Ok(false),
            Way::Replaces => Ok(true),
            Way::Refused => Err(warehouse::not_ours(table)),
            Way::OtherKind { is_view } => {
                self.done(warehouse::drop_sql(table, is_view))?;
                self.relations.remove(&key);
                Ok(false)
            }
        }
    }

    /// Notes the table that a step has made, with the statement, unless that reads what goes by a
    /// name of its own.
    pub(super) fn made(&mut self, table: &TableName, relation: Relation, sql: Option<String>) {
        let (key, is_view) = (TableKey::of(table), relation == Relation::View);
        self.unknown.remove(&key);
        self.history.push(Made { sql, table: Some((key.clone(), is_view)) });
        self.relations.insert(key, is_view);
    }

    /// Keeps what a statement of the history reads.
    pub(super) fn keep(&mut self, mounted: Vec<Mounted>) {
        self.mounts.extend(mounted);
    }

    /// Does what is no table, and notes it.
    fn done(&mut self, sql: String) -> Result<(), StepError> {
        self.session.execute(&sql).map_err(errors::of_engine)?;
        self.history.push(Made { sql: Some(sql), table: None });
        Ok(())
    }

    fn make_schema(&mut self, table: &TableName) -> Result<(), StepError> {
        match (&table.schema, warehouse::schema_sql(table)) {
            (Some(schema), Some(sql)) if self.schemas.insert(schema.key()) => self.done(sql),
            _ => Ok(()),
        }
    }

    fn begin(&mut self) -> Result<(), Trouble> {
        self.session.begin().map_err(failed)?;
        self.relations = relations(self.session.as_mut()).map_err(Trouble::before)?;
        Ok(())
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        // Dropping the session does it too.
        let _ = self.session.rollback();
    }
}

pub(super) fn failed(error: EngineError) -> Trouble {
    Trouble::before(errors::of_engine(error))
}
