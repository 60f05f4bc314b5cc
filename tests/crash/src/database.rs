//! Reads a database by SQL, in this process.

use std::path::Path;

use arrow::util::display::array_value_to_string;
use sqlflow_engine::{Database as Place, DuckDb, Engine, EngineConfig, Purpose, Session};

/// A database that is looked into.
pub struct Database(Box<dyn Session>);

impl Database {
    /// Opens a project's database, where there is one.
    ///
    /// # Panics
    ///
    /// It is there and cannot be opened.
    pub fn of(root: &Path) -> Option<Self> {
        let path = root.join("warehouse/dev.duckdb");
        path.exists().then(|| Self::open(Place::File(path), &[]))
    }

    /// An empty one, which reads the files of a folder.
    ///
    /// # Panics
    ///
    /// It cannot be made.
    pub fn of_files(folder: &Path) -> Self {
        Self::open(Place::Memory, &[folder])
    }

    fn open(database: Place, folders: &[&Path]) -> Self {
        let allowed_directories = folders.iter().map(|folder| folder.to_path_buf()).collect();
        let purpose = Purpose::Look;
        let config = EngineConfig {
            database,
            allowed_directories,
            purpose,
            threads: Some(1),
            ..EngineConfig::default()
        };
        let database = DuckDb::open(&config).expect("a database that opens");
        Self(database.session().expect("a session"))
    }

    /// The first column of a query's rows as texts; none where the table is not there.
    ///
    /// # Panics
    ///
    /// The query is wrong.
    pub fn texts(&mut self, sql: &str) -> Option<Vec<String>> {
        let mut rows = match self.0.query(sql) {
            Err(error) if error.message.contains("does not exist") => return None,
            rows => rows.expect("a query that runs"),
        };
        let mut texts = Vec::new();
        while let Some(batch) = rows.next().expect("rows") {
            let column = batch.column(0);
            texts.extend(
                (0..batch.num_rows()).map(|row| {
                    array_value_to_string(column, row).expect("a value that can be shown")
                }),
            );
        }
        Some(texts)
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}
