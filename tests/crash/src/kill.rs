//! Signals to processes.

use std::{fs, process::Child};

use nix::{
    sys::{
        signal::{self, Signal},
        wait::{WaitPidFlag, waitpid},
    },
    unistd::Pid,
};

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

/// Waits until a child has stopped itself.
///
/// # Panics
///
/// It cannot be waited for.
pub fn await_stop(child: &Child) {
    waitpid(pid_of(child.id()), Some(WaitPidFlag::WUNTRACED)).expect("a child to wait for");
}

/// Lets a child that has stopped go on.
pub fn resume_stopped(child: &Child) {
    kill(child.id(), Signal::SIGCONT);
}

fn pid_of(pid: u32) -> Pid {
    Pid::from_raw(i32::try_from(pid).expect("a PID"))
}
