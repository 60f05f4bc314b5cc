//! A tokio runtime for connectors whose client is async.

use std::sync::{Mutex, OnceLock, PoisonError};

use tokio::runtime::{Builder, Runtime};

use crate::{Error, ErrorKind, Result};

const WORKERS: usize = 2;

/// The plugin's runtime: two worker threads, built when it is first asked for. Each plugin has
/// its own copy. Streams and writers block on it from the host's threads.
///
/// # Errors
///
/// The threads cannot be started.
pub fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    static BUILDING: Mutex<()> = Mutex::new(());
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let _one_builder = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    if RUNTIME.get().is_none() {
        let built = build().map_err(|error| {
            Error::new(ErrorKind::Unavailable, "the plugin's threads cannot be started")
                .caused_by(&error)
        })?;
        let _ = RUNTIME.set(built);
    }
    RUNTIME.get().ok_or_else(|| Error::new(ErrorKind::Bug, "the runtime is gone"))
}

fn build() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("sqlflow-plugin")
        .enable_all()
        .build()
}
