//! What this process holds, as the system counts it.

use std::fs;

use crate::{Failure, Outcome};

/// Memory, threads and descriptors of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) bytes: u64,
    pub(crate) threads: usize,
    pub(crate) descriptors: usize,
}

const PAGE: u64 = 4096;

/// What it holds now.
pub(crate) fn held() -> Outcome<Held> {
    let statm = fs::read_to_string("/proc/self/statm").map_err(unknown)?;
    let pages = statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok());
    Ok(Held {
        bytes: pages.unwrap_or_default() * PAGE,
        threads: count("/proc/self/task")?,
        descriptors: count("/proc/self/fd")?,
    })
}

fn count(folder: &str) -> Outcome<usize> {
    Ok(fs::read_dir(folder).map_err(unknown)?.count())
}

/// Signals 32 and 33 belong to the C library, which takes 33 when the first thread is started.
const C_LIBRARY: u64 = 0b11 << 31;

/// The signals that this process handles itself, as the system prints them.
pub(crate) fn handled_signals() -> Outcome<String> {
    let status = fs::read_to_string("/proc/self/status").map_err(unknown)?;
    let line = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let signals = line.and_then(|line| u64::from_str_radix(line.trim(), 16).ok());
    Ok(format!("{:016x}", signals.unwrap_or_default() & !C_LIBRARY))
}

fn unknown(error: std::io::Error) -> Failure {
    Failure::Broken(format!("the system does not tell what the process holds: {error}"))
}
