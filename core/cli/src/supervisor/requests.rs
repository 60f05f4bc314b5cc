use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// The signals that ask the process to stop: Ctrl-C, and requests to terminate or hang up.
#[derive(Debug)]
pub(crate) struct Requests(Arc<AtomicUsize>);

impl Requests {
    /// Hears them: from now on they do not end the process any more.
    pub(crate) fn hear() -> io::Result<Self> {
        let asked = Arc::new(AtomicUsize::new(0));
        for signal in heard() {
            let number = usize::try_from(signal).unwrap_or_default();
            flag::register_usize(signal, Arc::clone(&asked), number)?;
        }
        Ok(Self(asked))
    }

    /// The last one that has come since this was asked before.
    pub(crate) fn take(&self) -> Option<i32> {
        let signal = self.0.swap(0, Ordering::SeqCst);
        i32::try_from(signal).ok().filter(|&signal| signal != 0)
    }
}

/// SIGHUP stays ignored where it was, as by nohup. SIGINT is heard all the same: shells ignore it for
/// what they start in the background, and a request that is sent to this very process is meant.
fn heard() -> Vec<i32> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let hangs_up = (ignored & (1 << (SIGHUP - 1)) == 0).then_some(SIGHUP);
    [SIGINT, SIGTERM].into_iter().chain(hangs_up).collect()
}
