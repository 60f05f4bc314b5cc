//! What there is in a profile's database, for who only wants to know.

use std::{fs, path::PathBuf};

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use sqlflow_engine::{Purpose, Relation, Session, quote_identifier};
use sqlflow_profile::Database;
use sqlflow_state::StepError;

use crate::{Workspace, code, errors, warehouse::Warehouse};

/// A profile's database as it is found.
#[derive(Debug)]
pub enum Glance {
    /// It is in memory, and there only as long as a run lasts.
    Memory,
    /// Its file is not there yet.
    Missing(PathBuf),
    /// Another process holds it.
    Held {
        /// The file.
        path: PathBuf,
        /// Program and process.
        holder: String,
    },
    /// It cannot be opened.
    Unusable(PathBuf, Box<StepError>),
    /// It was looked into.
    Open {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        bytes: u64,
        /// Its tables and views, but those of SQLFlow.
        tables: Vec<GlanceTable>,
    },
}

/// A table or view of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlanceTable {
    /// Its name, with the schema where that is not `main`.
    pub name: String,
    /// How many rows it has; `None` for a view.
    pub rows: Option<u64>,
}

/// Looks at the profile's database without changing it.
pub fn glance(workspace: &Workspace) -> Glance {
    let Database::File(path) = &workspace.profile().engine.database else { return Glance::Memory };
    let path = path.clone();
    if !path.exists() {
        return Glance::Missing(path);
    }
    let tables =
        Warehouse::open_to(workspace, Purpose::Look).and_then(|warehouse| tables(&warehouse));
    match tables {
        Ok(tables) => {
            let bytes = fs::metadata(&path).map_or(0, |data| data.len());
            Glance::Open { path, bytes, tables }
        }
        Err(error) if error.code == code::DATABASE_HELD => {
            Glance::Held { path, holder: errors::holder(&error) }
        }
        Err(error) => Glance::Unusable(path, Box::new(error)),
    }
}

fn tables(warehouse: &Warehouse) -> Result<Vec<GlanceTable>, StepError> {
    let mut session = warehouse.session()?;
    let relations = session.relations().map_err(errors::of_engine)?;
    let theirs = relations.into_iter().filter(|relation| relation.schema != "_sqlflow");
    theirs.map(|relation| table(session.as_mut(), relation)).collect()
}

fn table(session: &mut dyn Session, relation: Relation) -> Result<GlanceTable, StepError> {
    let Relation { schema, name, is_view } = relation;
    let rows = if is_view { None } else { Some(count(session, &schema, &name)?) };
    let name = if schema == "main" { name } else { format!("{schema}.{name}") };
    Ok(GlanceTable { name, rows })
}

fn count(session: &mut dyn Session, schema: &str, name: &str) -> Result<u64, StepError> {
    let table = format!("{}.{}", quote_identifier(schema), quote_identifier(name));
    let sql = format!("SELECT count(*) FROM {table}");
    let mut rows = session.query(&sql).map_err(errors::of_engine)?;
    let batch = rows.next().map_err(errors::of_engine)?;
    let counted = batch.and_then(|batch| {
        let column = batch.column(0).as_primitive_opt::<Int64Type>()?;
        column.iter().next().flatten()
    });
    Ok(counted.map_or(0, i64::unsigned_abs))
}
