//! SQLite's log of what is not in the file yet.
//!
//! SQLite reads it up to the first frame that is not whole and forgets the rest: right after a
//! crash, where that is the end of the one transaction that was not told of, and wrong where an
//! older frame was damaged, since what follows was on the disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use sqlflow_fault as fault;

use super::failed::Failed;
use super::file::{PATIENCE, beside};

// https://sqlite.org/fileformat2.html#the_write_ahead_log
const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

pub(super) fn path(store: &Path) -> PathBuf {
    beside(store, "-wal")
}

/// Moves everything into the file, so that a damaged log can no more take it away. Does nothing
/// while another process reads: the next one does it.
pub(super) fn empty(connection: &Connection) {
    fault::point(fault::STORE_CHECKPOINTING);
    let _ = connection.busy_timeout(Duration::ZERO);
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    let _ = connection.busy_timeout(PATIENCE);
    fault::point(fault::STORE_CHECKPOINTED);
}

/// Refuses a log in which more than its last transaction is lost.
pub(super) fn check(connection: &mut Connection, store: &Path) -> Result<(), Failed> {
    let path = path(store);
    if fs::metadata(&path).map_or(0, |wal| wal.len()) == 0 {
        return Ok(());
    }
    // Nobody writes while it is read.
    let _writing = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let lost = lost(&fs::read(&path)?);
    if lost > 1 {
        let what = format!("{} is damaged, and {lost} writes in it are lost", path.display());
        return Err(Failed::corrupt(what));
    }
    Ok(())
}

/// How many transactions stand behind the first damage; 1 may be the one that a crash cut short.
fn lost(bytes: &[u8]) -> usize {
    let Some(log) = Log::new(bytes) else {
        // The header is on the disk before a frame is written.
        return bytes.len().saturating_sub(HEADER) / FRAME_HEADER;
    };
    let damaged = log.frames().scan(log.sum, |sum, frame| {
        *sum = log.sum_of(frame, *sum);
        Some(log.is_current(frame) && *sum == pair(&frame[16..]))
    });
    let whole = damaged.take_while(|&whole| whole).count();
    let behind = log.frames().skip(whole).filter(|frame| log.is_current(frame));
    behind.filter(|frame| is_commit(frame)).count()
}

struct Log<'a> {
    frames: &'a [u8],
    frame: usize,
    salts: &'a [u8],
    sum: (u32, u32),
    is_big_endian: bool,
}

impl<'a> Log<'a> {
    /// None where the header is not whole.
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let (header, frames) = bytes.split_at_checked(HEADER)?;
        let is_big_endian = match word(header, true) {
            0x377f_0682 => false,
            0x377f_0683 => true,
            _ => return None,
        };
        let frame = FRAME_HEADER + word(&header[8..], true) as usize;
        let sum = add((0, 0), &header[..24], is_big_endian);
        let log = Self { frames, frame, salts: &header[16..24], sum, is_big_endian };
        (sum == pair(&header[24..])).then_some(log)
    }

    fn frames(&self) -> impl Iterator<Item = &'a [u8]> {
        self.frames.chunks_exact(self.frame)
    }

    /// Whether it was written since the log was last begun anew.
    fn is_current(&self, frame: &[u8]) -> bool {
        frame[8..16] == *self.salts
    }

    fn sum_of(&self, frame: &[u8], before: (u32, u32)) -> (u32, u32) {
        let sum = add(before, &frame[..8], self.is_big_endian);
        add(sum, &frame[FRAME_HEADER..], self.is_big_endian)
    }
}

/// The last frame of a transaction says how many pages the file has.
fn is_commit(frame: &[u8]) -> bool {
    word(&frame[4..], true) != 0
}

fn add(sum: (u32, u32), bytes: &[u8], is_big_endian: bool) -> (u32, u32) {
    bytes.chunks_exact(8).fold(sum, |(first, second), words| {
        let first = first.wrapping_add(word(words, is_big_endian)).wrapping_add(second);
        let second = second.wrapping_add(word(&words[4..], is_big_endian)).wrapping_add(first);
        (first, second)
    })
}

fn pair(bytes: &[u8]) -> (u32, u32) {
    (word(bytes, true), word(&bytes[4..], true))
}

fn word(bytes: &[u8], is_big_endian: bool) -> u32 {
    let word = [bytes[0], bytes[1], bytes[2], bytes[3]];
    if is_big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
}
