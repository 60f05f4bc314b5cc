//! A worker process does the work, so that a plugin that ends it or hangs ends in a typed error.
//!
//! The command forks before it has a second thread. The worker loads plugins and DuckDB and does
//! everything as if it were alone. The supervisor holds neither: it waits, passes on requests to
//! stop, and ends a worker whose call into a plugin goes on after its deadline. What was under way
//! when the worker died it reads off the call board, whose memory the two share.

mod death;
mod memory;
mod oversight;
mod requests;
mod worker;

use std::io::{self, IsTerminal, Write};

use sqlflow_host::{Forked, board, fork};

pub(crate) use self::death::Death;
use self::oversight::Ended;
pub(crate) use self::requests::Requests;
pub(crate) use self::worker::{announce_end, announce_run, is_worker};
use crate::{exit, interrupt};

/// Does `work` in a worker process and gives its exit code, in both processes. Where the worker
/// does not end of itself, `on_death` tells so and gives the exit code.
///
/// Where the system starts no process, this one does the work, and says so.
pub(crate) fn supervised(work: impl FnOnce() -> u8, on_death: impl FnOnce(&Death) -> u8) -> u8 {
    let started = Requests::hear().and_then(|requests| Ok((requests, io::pipe()?)));
    let (requests, (orders, giver)) = match started {
        Ok(started) => started,
        Err(error) => return alone(&error, work),
    };
    match fork() {
        Ok(Forked::Worker) => {
            drop(giver);
            worker::work(orders, work)
        }
        Ok(Forked::Supervisor { worker }) => {
            drop(orders);
            match oversight::oversee(worker, requests, giver) {
                Ended::OfItself(code) => code,
                Ended::AsAsked => exit::CANCELLED,
                Ended::Died(how) => {
                    leave_live_lines();
                    on_death(&Death::read(how, board()))
                }
            }
        }
        Err(error) => {
            interrupt::hear(requests);
            alone(&error, work)
        }
    }
}

/// Begins a line of its own where the worker may have left progress on the terminal.
fn leave_live_lines() {
    if io::stderr().is_terminal() {
        let _ = io::stderr().write_all(b"\n");
    }
}

fn alone(error: &io::Error, work: impl FnOnce() -> u8) -> u8 {
    let notice = format!("warning: no second process watches over plugins: {error}\n");
    // Who closed standard error does not want to know.
    let _ = io::stderr().write_all(notice.as_bytes());
    work()
}
