use std::{fs, path::PathBuf};

use sqlflow_engine::{
    DuckDb, Engine, EngineConfig, EngineError, Session, TableEntry, quote_identifier, quote_literal,
};
use sqlflow_profile::{Database, Project};
use sqlflow_state::StepError;
use sqlflow_syntax::{Relation, TableName};

use crate::{Workspace, code, errors};

/// Which pipeline made a table, kept beside it and written in its transaction.
const TABLES: &str = "CREATE TABLE IF NOT EXISTS _sqlflow.tables (
    table_schema VARCHAR NOT NULL, table_name VARCHAR NOT NULL, pipeline VARCHAR NOT NULL)";

/// The database of a profile, open and locked down.
pub(crate) struct Warehouse {
    engine: DuckDb,
}

impl Warehouse {
    /// Opens the profile's database, making it where it is missing.
    pub(crate) fn open(workspace: &Workspace) -> Result<Self, StepError> {
        let database = match &workspace.profile().engine.database {
            Database::Memory => sqlflow_engine::Database::Memory,
            Database::File(path) => sqlflow_engine::Database::File(path.clone()),
        };
        Self::open_at(workspace, database)
    }

    /// As [`Warehouse::open`], but in memory where the file is missing: to look is not to make.
    pub(crate) fn open_to_look(workspace: &Workspace) -> Result<Self, StepError> {
        match &workspace.profile().engine.database {
            Database::File(path) if path.exists() => Self::open(workspace),
            _ => Self::open_at(workspace, sqlflow_engine::Database::Memory),
        }
    }

    fn open_at(
        workspace: &Workspace,
        database: sqlflow_engine::Database,
    ) -> Result<Self, StepError> {
        let settings = &workspace.profile().engine;
        let mut allowed_directories = sql_folders(workspace.project());
        allowed_directories.extend(settings.allow_paths.iter().cloned());
        let config = EngineConfig {
            database,
            memory_limit: settings.memory_limit.clone(),
            threads: settings.threads,
            temp_directory: Some(workspace.project().root().join(".sqlflow/tmp")),
            allowed_directories,
            extensions: settings.extensions.clone(),
            ordered: settings.ordered.unwrap_or(true),
        };
        let engine = DuckDb::open(&config).map_err(errors::of_engine)?;
        let warehouse = Self { engine };
        warehouse.session()?.execute(TABLES).map_err(errors::of_engine)?;
        Ok(warehouse)
    }

    pub(crate) fn session(&self) -> Result<Box<dyn Session>, StepError> {
        self.engine.session().map_err(errors::of_engine)
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

/// Makes way for `table`: refuses one that this pipeline did not make where `replace` was not
/// said, and drops one of the other kind. Says whether it is there afterwards.
pub(crate) fn make_way(
    session: &mut dyn Session,
    table: &TableName,
    pipeline: &str,
    wanted: (Relation, bool),
) -> Result<Option<TableEntry>, StepError> {
    let (relation, may_replace) = wanted;
    let there = find(session, table).map_err(errors::of_engine)?;
    let Some(there) = there else { return Ok(None) };
    if !may_replace && !made_by(session, table, pipeline).map_err(errors::of_engine)? {
        return Err(errors::noticed(
            code::NOT_OURS,
            "already_exists",
            format!("`{table}` is there already and was not made by this pipeline"),
            "choose another name, or write CREATE OR REPLACE to replace it",
        ));
    }
    if there.is_view != (relation == Relation::View) {
        let kind = if there.is_view { "VIEW" } else { "TABLE" };
        session.execute(&format!("DROP {kind} {}", qualified(table))).map_err(errors::of_engine)?;
        return Ok(None);
    }
    Ok(Some(there))
}

/// Makes the schema of a table's name where it has one.
pub(crate) fn make_schema(session: &mut dyn Session, table: &TableName) -> Result<(), StepError> {
    let Some(schema) = &table.schema else { return Ok(()) };
    let sql = format!("CREATE SCHEMA IF NOT EXISTS {}", quote_identifier(&schema.text));
    session.execute(&sql).map(drop).map_err(errors::of_engine)
}

/// Records that `pipeline` made `table`.
pub(crate) fn record_owner(
    session: &mut dyn Session,
    table: &TableName,
    pipeline: &str,
) -> Result<(), EngineError> {
    session.execute(&format!("DELETE FROM _sqlflow.tables WHERE {}", is(table)))?;
    let (schema, name) = literals(table);
    let pipeline = quote_literal(pipeline);
    session
        .execute(&format!("INSERT INTO _sqlflow.tables VALUES ({schema}, {name}, {pipeline})"))?;
    Ok(())
}

fn find(session: &mut dyn Session, table: &TableName) -> Result<Option<TableEntry>, EngineError> {
    let schema = schema_of(table);
    Ok(session
        .tables()?
        .into_iter()
        .find(|entry| entry.schema.eq_ignore_ascii_case(schema) && table.name.matches(&entry.name)))
}

fn made_by(
    session: &mut dyn Session,
    table: &TableName,
    pipeline: &str,
) -> Result<bool, EngineError> {
    let pipeline = quote_literal(pipeline);
    let sql =
        format!("SELECT 1 FROM _sqlflow.tables WHERE {} AND pipeline = {pipeline}", is(table));
    let mut rows = session.query(&sql)?;
    while let Some(batch) = rows.next()? {
        if batch.num_rows() > 0 {
            return Ok(true);
        }
    }
    Ok(false)
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
