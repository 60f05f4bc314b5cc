//! Work with a deadline.

use std::{sync::mpsc, thread, time::Duration};

use crate::{Failure, Outcome};

/// How long a call may go on after it was cancelled.
pub(crate) const CANCELLED: Duration = Duration::from_secs(1);
/// How long anything may take that is not measured.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for what another thread sends.
///
/// # Errors
///
/// It does not come in time, or that thread has died.
pub(crate) fn receive<T>(from: &mpsc::Receiver<T>, time: Duration, what: &str) -> Outcome<T> {
    from.recv_timeout(time).map_err(|error| {
        Failure::Broken(match error {
            mpsc::RecvTimeoutError::Timeout => format!("{what} within {} s", time.as_secs()),
            mpsc::RecvTimeoutError::Disconnected => format!("{what}: a thread died"),
        })
    })
}

/// Runs something on a thread and waits for it. A thread that hangs is left behind: the process of
/// the case ends soon.
///
/// # Errors
///
/// As [`receive`].
pub(crate) fn within<T: Send + 'static>(
    time: Duration,
    what: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Outcome<T> {
    let (done, wait) = mpsc::channel();
    thread::spawn(move || drop(done.send(work())));
    receive(&wait, time, what)
}
