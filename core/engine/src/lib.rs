//! The SQL engine: an embedded DuckDB behind traits, so that nothing outside names it.
//!
//! An [`Engine`] opens one database, locked down; a [`Session`] runs statements in it, one at a
//! time, on one thread. Rows come in through a [`Scan`], which a session mounts as a relation, and
//! go out through [`Rows`]; both move Arrow batches and neither holds a whole result in memory.

mod config;
mod duckdb;
mod engine;
mod error;
mod quote;
mod scan;
mod statement;
mod table_function;

pub use crate::config::{Database, EngineConfig, Purpose};
pub use crate::duckdb::{DuckDb, Interrupt, Mounted};
pub use crate::engine::{Engine, Relation, Rows, Session, TableEntry};
pub use crate::error::{EngineError, EngineErrorKind, Result};
pub use crate::quote::{quote_identifier, quote_literal};
pub use crate::scan::{Next, Scan, ScanError, ScanStream};
