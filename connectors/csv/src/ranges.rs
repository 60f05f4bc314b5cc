//! Cuts a file into ranges that begin at records, exactly: a line break inside quotes begins none.
//!
//! Whether a byte stands inside quotes depends on all bytes before it. The file is therefore cut at
//! fixed places, each piece is scanned, by several threads, under each assumption about its
//! beginning, and then the assumption that holds is picked, piece by piece.

mod scan;

use std::{
    num::NonZero,
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use sqlflow_plugin_sdk::{CancelToken, Result};

use self::scan::{Place, Scan};
use crate::{client::OpenFile, records::changed, spec::Dialect};

/// Bytes of a range, about.
pub(crate) const RANGE: u64 = 16 << 20;
/// Bytes read at a time: a buffer that the processor's caches hold.
const READ: usize = 256 << 10;

/// Finds the ranges of `records`, each about `size` bytes long. None is empty; together they are
/// `records`.
pub(crate) fn find(
    file: &OpenFile,
    dialect: Dialect,
    records: &Range<u64>,
    size: u64,
    cancel: &CancelToken,
) -> Result<Vec<Range<u64>>> {
    let pieces = (records.end - records.start).div_ceil(size);
    if pieces <= 1 {
        return Ok((pieces == 1).then(|| records.clone()).into_iter().collect());
    }
    let work = Work { file, dialect, records, size, pieces, cancel, next: AtomicU64::new(0) };
    let starts = starts(records.start, &work.scan_all()?);
    let ends = starts.iter().skip(1).copied().chain([records.end]);
    Ok(starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .filter(|r| !r.is_empty())
        .collect())
}

/// Where the ranges begin: the first at the first record, the others at the first record that
/// begins in a piece.
fn starts(first: u64, scans: &[[Scan; 3]]) -> Vec<u64> {
    let (mut starts, mut place) = (vec![first], Place::Outside);
    for (piece, scans) in scans.iter().enumerate() {
        let scan = &scans[place as usize];
        starts.extend(scan.first_record.filter(|_| piece > 0));
        place = scan.place;
    }
    starts
}

struct Work<'a> {
    file: &'a OpenFile,
    dialect: Dialect,
    records: &'a Range<u64>,
    size: u64,
    pieces: u64,
    cancel: &'a CancelToken,
    /// The piece that nobody has taken yet.
    next: AtomicU64,
}

impl Work<'_> {
    /// The scans of all pieces, in order.
    fn scan_all(&self) -> Result<Vec<[Scan; 3]>> {
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(8);
        let mut done = thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| self.scan_some())).collect();
            let mut done = self.scan_some()?;
            for other in others {
                done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Result::Ok(done)
        })?;
        done.sort_unstable_by_key(|(piece, _)| *piece);
        Ok(done.into_iter().map(|(_, scans)| scans).collect())
    }

    fn scan_some(&self) -> Result<Vec<(u64, [Scan; 3])>> {
        let (mut done, mut buffer) = (Vec::new(), vec![0; READ]);
        loop {
            let piece = self.next.fetch_add(1, Ordering::Relaxed);
            if piece >= self.pieces {
                return Ok(done);
            }
            self.cancel.check()?;
            done.push((piece, self.scan(piece, &mut buffer)?));
        }
    }

    fn scan(&self, piece: u64, buffer: &mut [u8]) -> Result<[Scan; 3]> {
        let mut at = self.records.start + piece * self.size;
        let end = (at + self.size).min(self.records.end);
        let mut scans = Place::ALL.map(|place| Scan::new(self.dialect, place));
        let mut before = self.byte_before(at)?;
        while at < end {
            let wanted = (end - at).min(buffer.len() as u64) as usize;
            let read = self.file.read_at(&mut buffer[..wanted], at)?;
            if read < wanted {
                return Err(changed(self.file));
            }
            let bytes = &buffer[..read];
            scan::feed(&mut scans, bytes, at, before);
            before = bytes[read - 1];
            at += read as u64;
        }
        Ok(scans)
    }

    /// The byte that stands before a piece; before the first, what stands before any record.
    fn byte_before(&self, at: u64) -> Result<u8> {
        let mut before = [b'\n'];
        if at > self.records.start {
            self.file.read_at(&mut before, at - 1)?;
        }
        Ok(before[0])
    }
}

#[cfg(test)]
mod tests;
