//! Ctrl-C, a request to terminate, and a terminal that is gone.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use signal_hook::consts::SIGINT;
use sqlflow_host::LOOK;
use sqlflow_run::CancelToken;

use crate::supervisor::{self, Requests};

/// Whom a request to stop reaches.
static CURRENT: Mutex<Option<Interrupts>> = Mutex::new(None);
/// Whether somebody hears the signals.
static HEARD: AtomicBool = AtomicBool::new(false);

/// What signals ask of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupts {
    /// Ctrl-C: the run is cancelled, for good.
    pub(crate) cancel: CancelToken,
    /// The process has to go, the run can go on later: SIGTERM or SIGHUP.
    pub(crate) stop: CancelToken,
    first: Arc<AtomicI32>,
}

impl Interrupts {
    /// Listens from now on, so that a signal before the work begins ends the process as usual. The
    /// second one ends it at once.
    pub(crate) fn listen() -> Self {
        let interrupts = Self::default();
        *current() = Some(interrupts.clone());
        // A worker's supervisor hears the signals for it. Without a handler a signal still ends the
        // process, though not as gently.
        if !supervisor::is_worker()
            && !HEARD.load(Ordering::SeqCst)
            && let Ok(requests) = Requests::hear()
        {
            hear(requests);
        }
        interrupts
    }

    /// A token that any of the signals cancels, for work that knows no difference.
    pub(crate) fn any(&self) -> CancelToken {
        let any = CancelToken::new();
        for signal in [&self.cancel, &self.stop] {
            let any = any.clone();
            signal.on_cancel(move || any.cancel());
        }
        any
    }

    /// The exit code of a process that was told to go: 128 and the number of the signal.
    pub(crate) fn stopped_by(&self) -> Option<u8> {
        let signal = self.first.load(Ordering::SeqCst);
        let stopped = self.stop.is_cancelled().then_some(signal)?;
        u8::try_from(128 + stopped).ok()
    }

    fn take(&self, signal: i32) {
        if self.first.swap(signal, Ordering::SeqCst) != 0 {
            crate::end_at_once();
        }
        match signal {
            SIGINT => self.cancel.cancel(),
            _ => self.stop.cancel(),
        }
    }
}

/// A token that the first signal cancels, whichever it is; the second one ends the process at once.
pub(crate) fn token() -> CancelToken {
    Interrupts::listen().any()
}

/// Does what a signal asks for.
pub(crate) fn take(signal: i32) {
    let interrupts = current().clone();
    match interrupts {
        Some(interrupts) => interrupts.take(signal),
        None => crate::end_at_once(),
    }
}

/// Does what signals ask of this process, from now on.
pub(crate) fn hear(requests: Requests) {
    HEARD.store(true, Ordering::SeqCst);
    let _ = thread::Builder::new().name("sqlflow-signals".to_owned()).spawn(move || {
        loop {
            thread::sleep(LOOK);
            if let Some(signal) = requests.take() {
                take(signal);
            }
        }
    });
}

fn current() -> MutexGuard<'static, Option<Interrupts>> {
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner)
}
