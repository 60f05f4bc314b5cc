use std::{
    fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use sqlflow_engine::{
    DuckDb, Engine, EngineConfig, Purpose, Session, quote_identifier, quote_literal,
};
use sqlflow_fault as fault;
use sqlflow_plan::TableKey;
use sqlflow_profile::{Database, Project};
use sqlflow_state::StepError;
use sqlflow_syntax::{Relation, TableName};

use crate::{Workspace, code, commits, errors, known_tables::KnownTables};

/// Which pipeline made a table, kept beside it and written in its transaction.
const TABLES: &str = "CREATE TABLE IF NOT EXISTS _sqlflow.tables (
    table_schema VARCHAR NOT NULL, table_name VARCHAR NOT NULL, pipeline VARCHAR NOT NULL)";

/// Which pipeline made which table.
pub(crate) const TABLES_OF_PIPELINES: &str =
    "SELECT table_schema, table_name, pipeline FROM _sqlflow.tables";

/// The database of a profile, open and locked down.
pub(crate) struct Warehouse {
    engine: DuckDb,
    /// Held while a schema is made: DuckDB refuses one of two steps that make the same one.
    making_schema: Mutex<()>,
    known: KnownTables,
}

impl Warehouse {
    /// Opens the profile's database, making it where it is missing.
    pub(crate) fn open(workspace: &Workspace) -> Result<Self, StepError> {
        let database = match &workspace.profile().engine.database {
            Database::Memory => sqlflow_engine::Database::Memory,
            Database::File(path) => sqlflow_engine::Database::File(path.clone()),
        };
        fault::point(fault::WAREHOUSE_OPENING);
        let mut warehouse = Self::open_at(workspace, database, Purpose::Work)?;
        fault::point(fault::WAREHOUSE_OPENED);
        let mut session = warehouse.session()?;
        session.execute(TABLES).map_err(errors::of_engine)?;
        session.execute(commits::TABLE).map_err(errors::of_engine)?;
        warehouse.known = KnownTables::read(session.as_mut())?;
        fault::point(fault::WAREHOUSE_READY);
        Ok(warehouse)
    }

    /// Opens the profile's database, in memory where the file is missing: to look is not to make.
    pub(crate) fn open_to(workspace: &Workspace, purpose: Purpose) -> Result<Self, StepError> {
        match &workspace.profile().engine.database {
            Database::File(path) if path.exists() => {
                let database = sqlflow_engine::Database::File(path.clone());
                Self::open_at(workspace, database, purpose)
            }
            _ => Self::open_empty(workspace, purpose),
        }
    }

    /// A database without any table, in memory.
    pub(crate) fn open_empty(workspace: &Workspace, purpose: Purpose) -> Result<Self, StepError> {
        Self::open_at(workspace, sqlflow_engine::Database::Memory, purpose)
    }

    fn open_at(
        workspace: &Workspace,
        database: sqlflow_engine::Database,
        purpose: Purpose,
    ) -> Result<Self, StepError> {
        let settings = &workspace.profile().engine;
        let mut allowed_directories = sql_folders(workspace.project());
        allowed_directories.extend(settings.allow_paths.iter().cloned());
        let config = EngineConfig {
            database,
            memory_limit: settings.memory_limit.clone(),
            threads: if purpose == Purpose::Bind { Some(1) } else { settings.threads },
            temp_directory: Some(workspace.project().root().join(".sqlflow/tmp")),
            allowed_directories,
            extensions: settings.extensions.clone(),
            ordered: settings.ordered.unwrap_or(true),
            purpose,
        };
        let engine = DuckDb::open(&config).map_err(errors::of_engine)?;
        Ok(Self { engine, making_schema: Mutex::new(()), known: KnownTables::default() })
    }

    pub(crate) fn session(&self) -> Result<Box<dyn Session>, StepError> {
        self.engine.session().map_err(errors::of_engine)
    }

    /// Makes the schema of a table's name where it has one, in a transaction of its own.
    pub(crate) fn make_schema(
        &self,
        session: &mut dyn Session,
        table: &TableName,
    ) -> Result<(), StepError> {
        let Some(sql) = schema_sql(table) else { return Ok(()) };
        let _alone = self.making_schema.lock().unwrap_or_else(PoisonError::into_inner);
        session.execute(&sql).map(drop).map_err(errors::of_engine)
    }
}

/// The folders that SQL may touch: those of the project, but `profiles` and dot-folders. Without
/// a `profiles` folder it is no project of ours: only `data` and `output` then.
fn sql_folders(project: &Project) -> Vec<PathBuf> {
    let entries = fs::read_dir(project.root()).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let ours = project.has_profiles() || name == "data" || name == "output";
            ours && name != "profiles" && !name.starts_with('.')
        })
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    folders
}

/// What becomes of a relation that stands where a table or view is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// None is there.
    Free,
    /// It is there afterwards, to be replaced or added to.
    Replaces,
    /// It is of the other kind and has to go first.
    OtherKind {
        /// Whether what is there is a view.
        is_view: bool,
    },
    /// It is not this pipeline's to replace.
    Refused,
}

/// Decides over `there`, a relation and whether it is a view: one that this pipeline did not make
/// is refused where OR REPLACE was not said.
pub(crate) fn way(
    there: Option<bool>,
    (relation, may_replace): (Relation, bool),
    is_ours: impl FnOnce() -> bool,
) -> Way {
    match there {
        None => Way::Free,
        Some(_) if !may_replace && !is_ours() => Way::Refused,
        Some(is_view) if is_view != (relation == Relation::View) => Way::OtherKind { is_view },
        Some(_) => Way::Replaces,
    }
}

impl Warehouse {
    /// Makes way for `table`: refuses one that this pipeline did not make where `replace` was not
    /// said, and drops one of the other kind. Says whether it is there afterwards.
    pub(crate) fn make_way(
        &self,
        session: &mut dyn Session,
        table: &TableName,
        pipeline: &str,
        wanted: (Relation, bool),
    ) -> Result<bool, StepError> {
        let key = TableKey::of(table);
        let is_ours = || self.known.owner(&key).is_some_and(|owner| owner == pipeline);
        match way(self.known.find(&key), wanted, is_ours) {
            Way::Free => Ok(false),
            Way::Replaces => Ok(true),
            Way::Refused => Err(not_ours(table)),
            Way::OtherKind { is_view } => {
                session.execute(&drop_sql(table, is_view)).map_err(errors::of_engine)?;
                Ok(false)
            }
        }
    }

    /// Records in the open transaction that `pipeline` makes `table`.
    pub(crate) fn record_owner(
        &self,
        session: &mut dyn Session,
        table: &TableName,
        pipeline: &str,
    ) -> Result<(), StepError> {
        match self.known.owner(&TableKey::of(table)) {
            Some(owner) if owner == pipeline => return Ok(()),
            Some(_) => {
                execute(session, &format!("DELETE FROM _sqlflow.tables WHERE {}", is(table)))?
            }
            None => {}
        }
        let ((schema, name), pipeline) = (literals(table), quote_literal(pipeline));
        execute(
            session,
            &format!("INSERT INTO _sqlflow.tables VALUES ({schema}, {name}, {pipeline})"),
        )
    }

    /// Notes that `pipeline` has made `table`, which is committed.
    pub(crate) fn made(&self, table: &TableName, relation: Relation, pipeline: &str) {
        self.known.made(TableKey::of(table), relation == Relation::View, pipeline);
    }
}

fn execute(session: &mut dyn Session, sql: &str) -> Result<(), StepError> {
    session.execute(sql).map(drop).map_err(errors::of_engine)
}

/// Why a table is not replaced.
pub(crate) fn not_ours(table: &TableName) -> StepError {
    errors::noticed(
        code::NOT_OURS,
        "already_exists",
        format!("`{table}` is there already and was not made by this pipeline"),
        "choose another name, or write CREATE OR REPLACE to replace it",
    )
}

/// The statement that removes a table or view.
pub(crate) fn drop_sql(table: &TableName, is_view: bool) -> String {
    format!("DROP {} {}", if is_view { "VIEW" } else { "TABLE" }, qualified(table))
}

/// The statement that makes the schema of a table's name.
pub(crate) fn schema_sql(table: &TableName) -> Option<String> {
    let schema = table.schema.as_ref()?;
    Some(format!("CREATE SCHEMA IF NOT EXISTS {}", quote_identifier(&schema.text)))
}

/// The table's name as SQL.
pub(crate) fn qualified(table: &TableName) -> String {
    let name = quote_identifier(&table.name.text);
    format!("{}.{name}", quote_identifier(schema_of(table)))
}

fn schema_of(table: &TableName) -> &str {
    table.schema.as_ref().map_or("main", |schema| schema.text.as_str())
}

fn literals(table: &TableName) -> (String, String) {
    let lower = |text: &str| quote_literal(&text.to_lowercase());
    (lower(schema_of(table)), lower(&table.name.text))
}

fn is(table: &TableName) -> String {
    let (schema, name) = literals(table);
    format!("table_schema = {schema} AND table_name = {name}")
}
