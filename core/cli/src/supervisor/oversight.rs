//! The side of the supervisor.

use std::io::{PipeWriter, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, WaitOptions, WaitStatus, kill_process, waitid, waitpid,
};
use sqlflow_host::{LOOK, board};

use super::Requests;
use super::death::How;
use super::memory;

/// How long a worker that was asked a second time to stop may take to end.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a worker that is done may take to end.
const FAREWELL: Duration = Duration::from_secs(10);

/// How a worker ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// With its own exit code.
    OfItself(u8),
    /// By force, after it was asked twice.
    AsAsked,
    /// In another way.
    Died(How),
}

/// Waits for the worker, passes on requests and ends what is overdue.
pub(super) fn oversee(worker: i32, requests: Requests, orders: PipeWriter) -> Ended {
    let Some(worker) = Pid::from_raw(worker) else { return Ended::Died(How::Lost) };
    let (gone, until_gone) = mpsc::channel();
    let kills_before = memory::kills();
    let oversight = Oversight { worker, requests, orders, asked: 0, deadline: None, killed: None };
    let overseer = thread::Builder::new().spawn(move || oversight.watch(&until_gone));
    wait_unreaped(worker);
    // Nobody may signal the worker once it is reaped: another process could have its id then.
    drop(gone);
    let killed = overseer.ok().and_then(|overseer| overseer.join().ok()).flatten();
    let status = reap(worker);
    if let Some(code) = board().finished() {
        return Ended::OfItself(code);
    }
    match killed {
        Some(ended) => ended,
        None => Ended::Died(how(status, kills_before)),
    }
}

fn how(status: Option<WaitStatus>, kills_before: Option<u64>) -> How {
    let signal = status.and_then(WaitStatus::terminating_signal);
    let starved = || memory::kills() > kills_before && kills_before.is_some();
    match (signal, status.and_then(WaitStatus::exit_status)) {
        (Some(signal), _) if signal == Signal::KILL.as_raw() && starved() => How::OutOfMemory,
        (Some(signal), _) => How::Signal(signal),
        (None, Some(code)) => How::Exited(code),
        (None, None) => How::Lost,
    }
}

fn wait_unreaped(worker: Pid) {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while matches!(waitid(WaitId::Pid(worker), options), Err(Errno::INTR)) {}
}

fn reap(worker: Pid) -> Option<WaitStatus> {
    loop {
        match waitpid(Some(worker), WaitOptions::empty()) {
            Err(Errno::INTR) => {}
            ended => return ended.ok().flatten().map(|(_, status)| status),
        }
    }
}

/// What the supervisor does while the worker works.
struct Oversight {
    worker: Pid,
    requests: Requests,
    orders: PipeWriter,
    /// How often the worker was asked to stop.
    asked: usize,
    /// When it has to have ended, where it has to.
    deadline: Option<Instant>,
    /// Why it was ended.
    killed: Option<Ended>,
}

impl Oversight {
    /// Looks again and again until the worker is gone. Gives why it was ended by force.
    fn watch(mut self, until_gone: &Receiver<()>) -> Option<Ended> {
        let mut last = Instant::now();
        while until_gone.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            let now = Instant::now();
            board().pass(now - last);
            last = now;
            if self.killed.is_none() {
                self.look(now);
            }
        }
        self.killed
    }

    fn look(&mut self, now: Instant) {
        if let Some(signal) = self.requests.take() {
            self.ask(now, signal);
        }
        if self.deadline.is_none() && board().finished().is_some() {
            self.deadline = Some(now + FAREWELL);
        }
        if let Some(call) = board().overdue() {
            self.kill(Ended::Died(How::Overdue(call)));
        } else if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.kill(Ended::AsAsked);
        }
    }

    /// Passes a request to stop on; the second one sets a deadline.
    fn ask(&mut self, now: Instant, signal: i32) {
        self.asked += 1;
        if self.asked > 1 {
            self.deadline = Some(now + PATIENCE);
        }
        // A worker that does not listen any more is about to be gone.
        let _ = self.orders.write_all(&[u8::try_from(signal).unwrap_or_default()]);
    }

    fn kill(&mut self, why: Ended) {
        self.killed = Some(why);
        // It is not reaped yet, so that the id is still its own.
        let _ = kill_process(self.worker, Signal::KILL);
    }
}
