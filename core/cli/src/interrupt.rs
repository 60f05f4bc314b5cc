//! Ctrl-C, a request to terminate, and a terminal that is gone.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use sqlflow_run::CancelToken;

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
        // Without a handler a signal still ends the process, though not as gently.
        if let Ok(mut signals) = Signals::new(heard()) {
            let told = interrupts.clone();
            let listener = thread::Builder::new().name("sqlflow-signals".to_owned());
            let _ = listener.spawn(move || signals.forever().for_each(|signal| told.hear(signal)));
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

    fn hear(&self, signal: i32) {
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

/// A signal that is ignored on purpose, as nohup does with SIGHUP, stays ignored.
fn heard() -> Vec<i32> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let is_heard = |signal: &i32| ignored & (1 << (signal - 1)) == 0;
    [SIGINT, SIGTERM, SIGHUP].into_iter().filter(is_heard).collect()
}
