//! What tables and views there are.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use duckdb::Connection;

use crate::engine::TableEntry;
use crate::error::Result;
use crate::quote::quote_identifier;

const NAMES: &str = "
    SELECT schema_name, table_name, false FROM duckdb_tables()
    WHERE database_name = current_database() AND NOT internal
    UNION ALL
    SELECT schema_name, view_name, true FROM duckdb_views()
    WHERE database_name = current_database() AND NOT internal
    ORDER BY ALL";

/// A table or view whose columns are yet to be found.
pub(super) struct Name {
    schema: String,
    name: String,
    is_view: bool,
}

/// The tables and views of the current database.
pub(super) fn names(connection: &Connection) -> duckdb::Result<Vec<Name>> {
    let mut statement = connection.prepare(NAMES)?;
    let names = statement.query_map([], |row| {
        Ok(Name { schema: row.get(0)?, name: row.get(1)?, is_view: row.get(2)? })
    })?;
    names.collect()
}

impl Name {
    pub(super) fn select_sql(&self) -> String {
        format!("FROM {}.{}", quote_identifier(&self.schema), quote_identifier(&self.name))
    }

    /// A view that no longer binds has no columns; a table always has some.
    pub(super) fn with_columns(self, columns: Result<SchemaRef>) -> Result<TableEntry> {
        let columns = match columns {
            Err(_) if self.is_view => Arc::new(Schema::empty()),
            columns => columns?,
        };
        Ok(TableEntry { schema: self.schema, name: self.name, columns, is_view: self.is_view })
    }
}
