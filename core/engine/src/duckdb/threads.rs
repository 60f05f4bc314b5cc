//! Statements without DuckDB's background threads.

use duckdb::Connection;

/// DuckDB without background threads, until this is dropped. It has a connection of its own, since
/// no setting can be changed in a transaction that was aborted.
pub(super) struct OneThread {
    connection: Connection,
    before: usize,
}

impl OneThread {
    pub(super) fn set(connection: Connection, before: usize) -> duckdb::Result<Self> {
        connection.execute_batch("SET GLOBAL threads = 1")?;
        Ok(Self { connection, before })
    }
}

impl Drop for OneThread {
    fn drop(&mut self) {
        // Where this fails DuckDB goes on with one thread, which is slower and nothing else.
        let _ = self.connection.execute_batch(&format!("SET GLOBAL threads = {}", self.before));
    }
}
