//! "A log truncated at every byte or with any byte flipped is detected, never silently restarted."
//!
//! A store with finished and interrupted runs is damaged in every way, opened and read. What
//! is allowed: a typed error, or exactly the events that were written. Of SQLite's own log (-wal)
//! the end may be lost, as after a loss of power: a damaged last transaction cannot be told from
//! one that was never finished. Then a log ends earlier, and it never loses its first event, which
//! is moved into the file at once. A run that is taken up again there does again what is no longer
//! told, and finds its markers in the warehouse, so no row is written twice.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sqlflow_state::{Event, RunId, RunStore, SqliteStore, StoreError};
use sqlflow_tests_stores::Run;
use tempfile::TempDir;

/// Every so many bytes are tried. All of them were, with the same result: it takes minutes.
const EVERY: usize = 61;

/// A store's files, and what is in its logs.
struct Left {
    file: Vec<u8>,
    wal: Vec<u8>,
    logs: Vec<(RunId, Vec<Event>)>,
}

/// What a process leaves that is killed, or one that ends.
fn left(is_killed: bool) -> Left {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.db");
    let store = SqliteStore::open(&path).unwrap();
    let steps = "a b:a c:b d:c e:d f:e";
    let work = |steps: &str| steps.chars().map(|s| format!("start {s}, complete {s}, ")).collect();
    let (all, some): (String, String) = (work("abcdef"), work("ab"));
    let mut runs: Vec<_> = (0..6).map(|_| Run::of(&store, "daily", steps, &all)).collect();
    runs[..5].iter_mut().for_each(|run| _ = run.ask("finish").unwrap());
    runs.push(Run::of(&store, "daily", steps, &some));
    let logs = runs.iter().map(|run| (run.id, store.load(&run.id, 0).unwrap())).collect();
    // Copied before the store is closed, they are what they are when its process is killed.
    let files = || (fs::read(&path).unwrap(), fs::read(wal_of(&path)).unwrap_or_default());
    let (file, wal) = if is_killed {
        files()
    } else {
        drop(store);
        files()
    };
    assert_eq!(wal.is_empty(), !is_killed);
    Left { file, wal, logs }
}

fn wal_of(path: &Path) -> PathBuf {
    path.with_extension("db-wal")
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Outcome {
    Same,
    Earlier,
    Refused(&'static str),
}

impl Left {
    /// What becomes of the runs when these files are opened.
    fn outcome(&self, folder: &TempDir, file: &[u8], wal: &[u8]) -> Outcome {
        let path = folder.path().join("runs.db");
        let _ = fs::remove_file(folder.path().join("runs.db-shm"));
        fs::write(&path, file).unwrap();
        fs::write(wal_of(&path), wal).unwrap();
        self.judge(&path)
    }

    fn judge(&self, path: &Path) -> Outcome {
        match self.read(path) {
            Err(error) => Outcome::Refused(error.code()),
            Ok(found) if self.logs == found => Outcome::Same,
            Ok(found) => {
                for ((run, log), (_, found)) in self.logs.iter().zip(&found) {
                    assert!(!found.is_empty() && log.starts_with(found), "{run}: {found:#?}");
                }
                Outcome::Earlier
            }
        }
    }

    fn read(&self, path: &Path) -> Result<Vec<(RunId, Vec<Event>)>, StoreError> {
        let store = SqliteStore::open(path)?;
        self.logs.iter().map(|(run, _)| Ok((*run, store.load(run, 0)?))).collect()
    }

    /// Counts what becomes of it under each damage.
    fn count(
        &self,
        what: &str,
        damages: impl Iterator<Item = (Vec<u8>, Vec<u8>)>,
    ) -> BTreeMap<Outcome, usize> {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let mut counted = BTreeMap::new();
        for (file, wal) in damages {
            *counted.entry(self.outcome(&folder, &file, &wal)).or_default() += 1;
        }
        println!("{what}: {counted:?}");
        // Never that there is no such run: that would be an empty log.
        let is_allowed = |outcome: &Outcome| match outcome {
            Outcome::Refused(code) => ["SF0709", "SF0710"].contains(code),
            _ => true,
        };
        assert!(counted.keys().all(is_allowed), "{what}: {counted:?}");
        counted
    }

    /// The places of the file at which its pages end, those beside them, and some in between.
    fn cuts(&self) -> impl Iterator<Item = usize> {
        let length = self.file.len();
        (0..length).filter(|at| at % 97 == 0 || [0, 1, 4095].contains(&(at % 4096)))
    }
}

fn flipped(bytes: &[u8], at: usize, bits: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= bits;
    bytes
}

fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len()).step_by(EVERY).map(|at| {
        // One bit, or all of them.
        let bits = if at % 2 == 0 { 1 << (at / 2 % 8) } else { 0xff };
        flipped(bytes, at, bits)
    })
}

#[test]
fn a_store_whose_file_was_changed_is_read_right_or_not_at_all() {
    for is_killed in [true, false] {
        let left = left(is_killed);
        let damages = flips(&left.file).map(|file| (file, left.wal.clone()));
        let counted = left.count(&format!("a byte of the file, killed: {is_killed}"), damages);
        assert!(!counted.contains_key(&Outcome::Earlier), "{counted:?}");
        assert!(counted.contains_key(&Outcome::Refused("SF0709")), "{counted:?}");
    }
}

#[test]
fn a_store_whose_file_was_cut_is_read_right_or_not_at_all() {
    for is_killed in [true, false] {
        let left = left(is_killed);
        let damages = left.cuts().map(|at| (left.file[..at].to_vec(), left.wal.clone()));
        let counted = left.count(&format!("a cut of the file, killed: {is_killed}"), damages);
        assert!(!counted.contains_key(&Outcome::Earlier), "{counted:?}");
        assert!(counted[&Outcome::Refused("SF0709")] > 0, "{counted:?}");
    }
}

#[test]
fn a_store_whose_own_log_was_changed_loses_no_more_than_its_last_transaction() {
    // Mutation tried: `wal::check` that finds nothing; red.
    let left = left(true);
    let damages = flips(&left.wal).map(|wal| (left.file.clone(), wal));
    let counted = left.count("a byte of the -wal", damages);
    assert!(counted[&Outcome::Refused("SF0709")] > counted[&Outcome::Earlier], "{counted:?}");
    let folder = tempfile::tempdir().unwrap();
    let last = left.wal.len() - 1;
    let outcome = left.outcome(&folder, &left.file, &flipped(&left.wal, last, 1));
    assert_eq!(outcome, Outcome::Earlier, "what a loss of power does is no damage");
    let first = left.outcome(&folder, &left.file, &flipped(&left.wal, 100, 1));
    assert_eq!(first, Outcome::Refused("SF0709"));
}

#[test]
fn a_store_whose_own_log_was_cut_keeps_the_start_of_every_run() {
    // Mutation tried: the first event of a run is not moved into the file; red.
    let left = left(true);
    let cuts = (0..left.wal.len()).step_by(EVERY);
    let counted = left
        .count("a cut of the -wal", cuts.map(|at| (left.file.clone(), left.wal[..at].to_vec())));
    assert_eq!(counted.keys().collect::<Vec<_>>(), [&Outcome::Earlier]);
}

#[test]
fn a_store_whose_file_is_gone_is_not_begun_anew_while_its_log_is_there() {
    let left = left(true);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.db");
    fs::write(wal_of(&path), &left.wal).unwrap();
    assert_eq!(left.judge(&path), Outcome::Refused("SF0709"));
}
