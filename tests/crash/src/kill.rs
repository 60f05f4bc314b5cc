//! Signals to processes.

use std::{fs, process::Child, thread, time::Duration};

use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};

/// How often a process is looked at that nobody tells us of.
const AGAIN: Duration = Duration::from_millis(2);

/// Which of a command's processes is killed. A command that has no supervisor is one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The one that does the work.
    Worker,
    /// The one that was started.
    Supervisor,
    /// Both, the supervisor first.
    Both,
}

impl Target {
    /// The processes of a started command.
    pub fn of(self, child: &Child) -> Vec<u32> {
        let (supervisor, worker) = (child.id(), worker(child.id()));
        match self {
            Self::Worker => vec![worker.unwrap_or(supervisor)],
            Self::Supervisor => vec![supervisor],
            Self::Both => [supervisor].into_iter().chain(worker).collect(),
        }
    }
}

/// The process that a supervisor has started.
fn worker(supervisor: u32) -> Option<u32> {
    let path = format!("/proc/{supervisor}/task/{supervisor}/children");
    fs::read_to_string(path).ok()?.split_whitespace().next()?.parse().ok()
}

/// Sends a signal; one that has ended gets none.
///
/// # Panics
///
/// Never for a real PID.
pub fn kill(pid: u32, signal: Signal) {
    let _ = signal::kill(pid_of(pid), signal);
}

/// Waits until the worker of a command has stopped itself. It is no child of ours, so that nobody
/// tells.
///
/// # Panics
///
/// It ends instead.
pub fn await_stop(child: &Child) {
    loop {
        let worker = worker(child.id()).unwrap_or(child.id());
        match state(worker) {
            Some('T') => return,
            Some(state) if worker != child.id() || state != 'Z' => thread::sleep(AGAIN),
            _ => panic!("it has ended and not stopped"),
        }
    }
}

/// Lets the worker of a command that has stopped go on.
pub fn resume_stopped(child: &Child) {
    Target::Worker.of(child).into_iter().for_each(|pid| kill(pid, Signal::SIGCONT));
}

/// The state of a process, as proc(5) writes it.
fn state(pid: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

fn pid_of(pid: u32) -> Pid {
    Pid::from_raw(i32::try_from(pid).expect("a PID"))
}
