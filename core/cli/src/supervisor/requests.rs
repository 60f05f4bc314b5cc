use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// The signals that ask the process to stop: Ctrl-C, and requests to terminate or hang up.
#[derive(Debug)]
pub(crate) struct Requests(Arc<AtomicBool>);

impl Requests {
    /// Hears them: from now on they do not end the process any more.
    pub(crate) fn hear() -> io::Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            flag::register(signal, Arc::clone(&asked))?;
        }
        Ok(Self(asked))
    }

    /// Whether one has come since the last time.
    pub(crate) fn take(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}
