//! The side of the worker.

use std::io::{PipeReader, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use signal_hook::consts::SIGTERM;
use sqlflow_host::board;
use sqlflow_state::RunId;

use crate::interrupt;

static IS_WORKER: AtomicBool = AtomicBool::new(false);

/// Whether this process has a supervisor, which hears the signals for it.
pub(crate) fn is_worker() -> bool {
    IS_WORKER.load(Ordering::SeqCst)
}

/// Tells the supervisor which run is carried out.
pub(crate) fn announce_run(run: RunId) {
    board().announce_run(&run.to_string());
}

/// Tells the supervisor that this process ends of itself. An end without it is a death.
pub(crate) fn announce_end(code: u8) {
    board().finish(code);
}

/// Does the work of the worker.
pub(super) fn work(orders: PipeReader, work: impl FnOnce() -> u8) -> u8 {
    IS_WORKER.store(true, Ordering::SeqCst);
    board().set_supervised(true);
    // Where the system has no thread left, the supervisor ends this process in place of asking.
    let _ = thread::Builder::new().name("sqlflow-orders".to_owned()).spawn(|| obey(orders));
    let code = work();
    announce_end(code);
    code
}

/// Every byte is the number of a signal that asks to stop; the end of the pipe is that of the supervisor, after which
/// nobody else moves the board's clock and nobody waits for what this process does.
fn obey(mut orders: PipeReader) {
    let mut signal = [0];
    while orders.read_exact(&mut signal).is_ok() {
        interrupt::take(i32::from(signal[0]));
    }
    board().set_supervised(false);
    interrupt::take(SIGTERM);
}
