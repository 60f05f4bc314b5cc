//! Ctrl-C and other requests to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use sqlflow_host::LOOK;
use sqlflow_run::CancelToken;

use crate::supervisor::{self, Requests};

/// What a request to stop cancels.
static TOKEN: Mutex<Option<CancelToken>> = Mutex::new(None);
/// Whether somebody hears the signals.
static HEARD: AtomicBool = AtomicBool::new(false);

/// A token that the first request to stop cancels; the second one ends the process at once.
///
/// Made where the work begins: a request before that ends the process at once too.
pub(crate) fn token() -> CancelToken {
    let token = CancelToken::new();
    *current() = Some(token.clone());
    // A worker's supervisor hears the signals for it. Without a handler a signal still ends the
    // process, though not as gently.
    if !supervisor::is_worker()
        && !HEARD.load(Ordering::SeqCst)
        && let Ok(requests) = Requests::hear()
    {
        hear(requests);
    }
    token
}

/// Does what somebody asks for who wants this process to stop.
pub(crate) fn stop() {
    let token = current().clone();
    match token {
        Some(token) if !token.is_cancelled() => token.cancel(),
        _ => crate::end_at_once(),
    }
}

/// Stops this process when a signal asks for it.
pub(crate) fn hear(requests: Requests) {
    HEARD.store(true, Ordering::SeqCst);
    let _ = thread::Builder::new().name("sqlflow-signals".to_owned()).spawn(move || {
        loop {
            thread::sleep(LOOK);
            if requests.take() {
                stop();
            }
        }
    });
}

fn current() -> MutexGuard<'static, Option<CancelToken>> {
    TOKEN.lock().unwrap_or_else(PoisonError::into_inner)
}
