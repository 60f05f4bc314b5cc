//! What tables and views there are.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use duckdb::Connection;

use crate::engine::{Relation, TableEntry};
use crate::error::Result;
use crate::quote::quote_identifier;

const NAMES: &str = "
    SELECT schema_name, table_name, false FROM duckdb_tables()
    WHERE database_name = current_database() AND NOT internal
    UNION ALL
    SELECT schema_name, view_name, true FROM duckdb_views()
    WHERE database_name = current_database() AND NOT internal
    ORDER BY ALL";

/// The tables and views of the current database.
pub(super) fn names(connection: &Connection) -> duckdb::Result<Vec<Relation>> {
    let mut statement = connection.prepare(NAMES)?;
    let names = statement.query_map([], |row| {
        Ok(Relation { schema: row.get(0)?, name: row.get(1)?, is_view: row.get(2)? })
    })?;
    names.collect()
}

/// The query for all rows of a relation.
pub(super) fn select_sql(relation: &Relation) -> String {
    format!("FROM {}.{}", quote_identifier(&relation.schema), quote_identifier(&relation.name))
}

/// A view that no longer binds has no columns; a table always has some.
pub(super) fn with_columns(relation: Relation, columns: Result<SchemaRef>) -> Result<TableEntry> {
    let Relation { schema, name, is_view } = relation;
    let columns = match columns {
        Err(_) if is_view => Arc::new(Schema::empty()),
        columns => columns?,
    };
    Ok(TableEntry { schema, name, columns, is_view })
}
