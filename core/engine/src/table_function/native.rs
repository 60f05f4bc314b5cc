//! DuckDB's own handles: the database, and a connection that only converts.

use std::ffi::{CStr, CString, c_char};
use std::ptr;
use std::sync::Arc;

use duckdb::{Connection, ffi};

/// An open database, closed when the last connection to it and this handle are gone.
#[derive(Debug)]
pub(crate) struct NativeDatabase(ffi::duckdb_database);

// SAFETY: DuckDB's database handle is an owning pointer to a thread-safe object; it is only used
// to connect, which DuckDB locks, and to close, which needs the sole owner.
unsafe impl Send for NativeDatabase {}
// SAFETY: as above.
unsafe impl Sync for NativeDatabase {}

impl NativeDatabase {
    /// Opens a database at `path` (`:memory:` for none) with settings it must have from the start.
    ///
    /// # Errors
    /// Fails with DuckDB's message.
    pub(crate) fn open(path: &str, settings: &[(&str, String)]) -> Result<Arc<Self>, String> {
        let path = c_string(path)?;
        let config = Config::new(settings)?;
        let mut raw = ptr::null_mut();
        let mut error: *mut c_char = ptr::null_mut();
        // SAFETY: path and config live through the call; DuckDB fills raw or error.
        let state = unsafe { ffi::duckdb_open_ext(path.as_ptr(), &mut raw, config.0, &mut error) };
        if state == ffi::DuckDBSuccess {
            return Ok(Arc::new(Self(raw)));
        }
        // SAFETY: DuckDB gave the message, or none.
        let message = unsafe { text(error) };
        // SAFETY: the message is freed once and not used after.
        unsafe { ffi::duckdb_free(error.cast()) };
        Err(message)
    }

    /// Opens a connection for statements.
    ///
    /// # Errors
    /// Fails when DuckDB opens no further connection.
    pub(crate) fn connect(&self) -> duckdb::Result<Connection> {
        // SAFETY: the handle is open; DuckDB keeps the database alive for its connections.
        unsafe { Connection::open_from_raw(self.0) }
    }
}

impl Drop for NativeDatabase {
    fn drop(&mut self) {
        // SAFETY: the handle was opened by us and is closed here only.
        unsafe { ffi::duckdb_close(&mut self.0) };
    }
}

/// A connection that runs no statement: it converts Arrow data and registers the function.
#[derive(Debug)]
pub(crate) struct Link(pub(super) ffi::duckdb_connection);

// SAFETY: what is called with the connection reads its settings and the database's list of Arrow
// extension types, which DuckDB locks; nothing changes the connection until it is dropped.
unsafe impl Send for Link {}
// SAFETY: as above.
unsafe impl Sync for Link {}

impl Link {
    /// Connects.
    ///
    /// # Errors
    /// Fails when DuckDB opens no further connection.
    pub(crate) fn new(database: &NativeDatabase) -> Result<Arc<Self>, String> {
        let mut raw = ptr::null_mut();
        // SAFETY: the database is open and DuckDB fills raw.
        let state = unsafe { ffi::duckdb_connect(database.0, &mut raw) };
        if state != ffi::DuckDBSuccess {
            return Err("DuckDB opens no further connection".to_owned());
        }
        Ok(Arc::new(Self(raw)))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // SAFETY: the connection was opened by us and is closed here only.
        unsafe { ffi::duckdb_disconnect(&mut self.0) };
    }
}

struct Config(ffi::duckdb_config);

impl Config {
    fn new(settings: &[(&str, String)]) -> Result<Self, String> {
        let mut config = Self(ptr::null_mut());
        // SAFETY: DuckDB fills the handle, which Drop destroys.
        unsafe { ffi::duckdb_create_config(&mut config.0) };
        for (name, value) in settings {
            let (c_name, c_value) = (c_string(name)?, c_string(value)?);
            // SAFETY: the handle is live and the texts outlive the call.
            let state =
                unsafe { ffi::duckdb_set_config(config.0, c_name.as_ptr(), c_value.as_ptr()) };
            if state != ffi::DuckDBSuccess {
                return Err(format!("DuckDB refuses {value:?} as its setting {name}"));
            }
        }
        Ok(config)
    }
}

impl Drop for Config {
    fn drop(&mut self) {
        // SAFETY: the handle was created by us and is destroyed here only.
        unsafe { ffi::duckdb_destroy_config(&mut self.0) };
    }
}

pub(super) fn c_string(text: &str) -> Result<CString, String> {
    CString::new(text).map_err(|_| format!("{text:?} holds a NUL character"))
}

/// Copies a text of DuckDB's.
///
/// # Safety
/// `raw` must be null or point to a NUL-terminated text.
pub(super) unsafe fn text(raw: *const c_char) -> String {
    if raw.is_null() {
        return "DuckDB gives no reason".to_owned();
    }
    // SAFETY: not null, and NUL-terminated by the caller's word.
    unsafe { CStr::from_ptr(raw) }.to_string_lossy().into_owned()
}
