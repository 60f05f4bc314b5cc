//! Starting a worker process: the only place that forks.
#![allow(unsafe_code)]

use std::{fs, io};

use crate::calls::board;

/// Which of the two processes this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forked {
    /// The new one, whose calls into plugins its parent sees on the call board.
    Worker,
    /// The old one.
    Supervisor {
        /// The id of the worker's process.
        worker: i32,
    },
}

/// Starts a second process that goes on from here, as this one does; they share the call board.
///
/// # Errors
///
/// The process has other threads, whose locks would stay held in the new one for ever; there is no
/// memory to share; or the system starts no process.
pub fn fork() -> io::Result<Forked> {
    if threads()? != 1 {
        return Err(io::Error::other("threads are running already"));
    }
    if !board().is_shared() {
        return Err(io::Error::other("there is no memory to share"));
    }
    // SAFETY: this is the only thread, so nothing is half done in the copy.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => Ok(Forked::Worker),
        worker => Ok(Forked::Supervisor { worker }),
    }
}

fn threads() -> io::Result<usize> {
    Ok(fs::read_dir("/proc/self/task")?.count())
}
