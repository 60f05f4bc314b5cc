//! The SQL engine: an embedded DuckDB behind traits, so that nothing outside names it.
