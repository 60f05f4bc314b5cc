//! Calls of connectors that must come to an end.

use std::{
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use sqlflow_plugin_sdk::{CancelToken, Error, ErrorKind, Result};

/// How long a call may take to notice that it was cancelled; the contract gives it a second.
const GRACE: Duration = Duration::from_secs(2);
/// How often a cancel from outside is looked for.
const TICK: Duration = Duration::from_millis(20);

/// Does `work` on a thread of its own. Past `limit`, or where `cancel` says so, it is cancelled and
/// its error is returned; one that does not listen is left behind and ends with the process.
pub(crate) fn within<T: Send + 'static>(
    limit: Duration,
    cancel: &CancelToken,
    work: impl FnOnce(&CancelToken) -> Result<T> + Send + 'static,
) -> Result<T> {
    let own = CancelToken::new();
    let (sender, receiver) = mpsc::sync_channel(1);
    let token = own.clone();
    thread::spawn(move || sender.send(work(&token)));
    let verdict = match wait(&receiver, limit, cancel) {
        Ok(done) => return done,
        Err(verdict) => verdict,
    };
    own.cancel();
    // What it says now is only that it was cancelled.
    let _ = receiver.recv_timeout(GRACE);
    Err(verdict)
}

fn wait<T>(
    receiver: &Receiver<Result<T>>,
    limit: Duration,
    cancel: &CancelToken,
) -> Result<Result<T>> {
    let start = Instant::now();
    loop {
        match receiver.recv_timeout(TICK) {
            Ok(done) => return Ok(done),
            Err(RecvTimeoutError::Disconnected) => return Err(lost()),
            Err(RecvTimeoutError::Timeout) => cancel.check()?,
        }
        if start.elapsed() >= limit {
            return Err(late(limit));
        }
    }
}

fn late(limit: Duration) -> Error {
    let message = format!("no answer within {} s", limit.as_secs_f64());
    Error::new(ErrorKind::Timeout, message)
        .with_remedy("look whether the other side can be reached, or give it more with --timeout")
}

fn lost() -> Error {
    Error::new(ErrorKind::Bug, "the call ended without an answer").with_remedy("report it")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(50);

    #[test]
    fn work_that_ends_in_time_gives_its_result() {
        let done = within(Duration::from_secs(60), &CancelToken::new(), |_| Ok(7));
        assert_eq!(done.unwrap(), 7);
    }

    /// Mutation tried: `wait` without its limit; hangs.
    #[test]
    fn work_that_does_not_listen_is_left_behind_with_a_timeout() {
        let start = Instant::now();
        let done = within(SHORT, &CancelToken::new(), |_| -> Result<()> {
            loop {
                thread::park();
            }
        });
        assert_eq!(done.unwrap_err().kind(), ErrorKind::Timeout);
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }

    #[test]
    fn a_cancel_from_outside_reaches_the_work() {
        let (cancel, from_outside) = (CancelToken::new(), CancelToken::new());
        let (sender, reached) = mpsc::channel();
        let waking = cancel.clone();
        from_outside.on_cancel(move || waking.cancel());
        from_outside.cancel();
        let done = within(Duration::from_secs(60), &cancel, move |own| -> Result<()> {
            own.on_cancel(move || sender.send(()).unwrap_or_default());
            loop {
                thread::park();
            }
        });
        assert_eq!(done.unwrap_err().kind(), ErrorKind::Cancelled);
        reached.recv_timeout(Duration::from_secs(20)).unwrap();
    }

    #[test]
    fn work_that_panics_is_an_error() {
        let done =
            within(Duration::from_secs(60), &CancelToken::new(), |_| -> Result<()> { panic!("x") });
        assert_eq!(done.unwrap_err().kind(), ErrorKind::Bug);
    }
}
