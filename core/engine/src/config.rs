//! How a database is opened.

use std::path::PathBuf;

/// Where a database lives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Database {
    /// In memory, gone when the last session closes.
    #[default]
    Memory,
    /// In a file, created with its parent folders when missing.
    File(PathBuf),
}

/// What a database is opened for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Purpose {
    /// To write: the schema `_sqlflow` is made where it is missing.
    #[default]
    Work,
    /// To read: nothing is made.
    Look,
    /// To find out whether statements bind: nothing is made, and no statement is worth a plan of
    /// how to run it fast, or a second thread.
    Bind,
}

/// What a database may use and touch, fixed for as long as it is open.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Where the database lives.
    pub database: Database,
    /// The most memory DuckDB takes, in its own words (`512MB`); 80 % of the machine when absent.
    pub memory_limit: Option<String>,
    /// How many threads run statements; one a core when absent.
    pub threads: Option<usize>,
    /// Where rows go that outgrow the memory limit; DuckDB's default when absent.
    pub temp_directory: Option<PathBuf>,
    /// The folders, with all below them, that SQL may read and write. None: no file at all.
    pub allowed_directories: Vec<PathBuf>,
    /// DuckDB extensions to load; they must be installed already.
    pub extensions: Vec<String>,
    /// Whether rows keep the order of their source; `false` lets all threads write.
    pub ordered: bool,
    /// What it is opened for.
    pub purpose: Purpose,
}

impl Default for EngineConfig {
    /// An ordered in-memory database that touches no file.
    fn default() -> Self {
        Self {
            database: Database::Memory,
            memory_limit: None,
            threads: None,
            temp_directory: None,
            allowed_directories: Vec::new(),
            extensions: Vec::new(),
            ordered: true,
            purpose: Purpose::Work,
        }
    }
}
