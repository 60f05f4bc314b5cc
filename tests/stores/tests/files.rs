//! The file of a store: private, and refused where it is not one.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rusqlite::Connection;
use sqlflow_state::{RunStore, SqliteStore, StoreKind, open_store};
use sqlflow_tests_stores::{Run, sqlite};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Opening the file fails with this code, and says this.
fn check_refused(path: &Path, code: &str, says: &str) {
    let error = SqliteStore::open(path).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn a_store_is_private_to_its_user() {
    // S7. Mutation tried: `make` without `set_permissions`; red.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("project/.sqlflow/runs.db");
    let store = SqliteStore::open(&path).unwrap();
    Run::of(&store, "daily", "a", "");
    Run::of(&store, "daily", "a", "start a");
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    let files: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(Result::unwrap).collect();
    assert_eq!(files.len(), 3, "the file, its -wal and its -shm: {files:?}");
    files.iter().for_each(|file| assert_eq!(mode(&file.path()), 0o600, "{file:?}"));
    drop(store);
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    SqliteStore::open(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_store_that_is_closed_is_one_file_and_opened_again_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.db");
    let kind = StoreKind::Sqlite(path.clone());
    let store = open_store(&kind).unwrap();
    let run = Run::of(&*store, "daily", "a", "start a").id;
    let log = store.load(&run, 0).unwrap();
    drop(store);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let store = open_store(&kind).unwrap();
    assert_eq!(store.load(&run, 0).unwrap(), log);
    assert_eq!((store.summary(&run).unwrap().last_seq, store.warnings().len()), (3, 0));
}

#[test]
fn a_store_is_made_once_by_whoever_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".sqlflow/runs.db");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| Run::of(&SqliteStore::open(&path).unwrap(), "daily", "a", "").id);
        }
    });
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.history(&Default::default()).unwrap().len(), 8);
}

#[test]
fn a_file_that_is_no_run_store_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    check_refused(&file("empty", b""), "SF0709", "is empty");
    let text = b"not a database, however long it is, and it is as long as a header at least.......";
    let text = [&text[..], &[b' '; 4096]].concat();
    check_refused(&file("text", &text), "SF0709", "file is not a database");
    let other = folder.path().join("other");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    let before = fs::read(&other).unwrap();
    check_refused(&other, "SF0709", "the file is not a run store");
    assert_eq!(fs::read(&other).unwrap(), before);
    check_refused(folder.path(), "SF0710", "cannot be used");
}

#[test]
fn a_store_of_a_newer_version_says_so() {
    let store = sqlite();
    let run = Run::of(&*store, "daily", "a", "").id;
    let file = Connection::open(store.file()).unwrap();
    file.pragma_update(None, "user_version", 2).unwrap();
    let newer = "it has version 2, written by a newer sqlflow; upgrade sqlflow to read it";
    check_refused(&store.file(), "SF0710", newer);
    file.pragma_update(None, "user_version", 1).unwrap();
    assert_eq!(SqliteStore::open(&store.file()).unwrap().load(&run, 0).unwrap().len(), 2);
}

#[test]
fn a_store_that_cannot_be_made_says_where_and_why() {
    // Nothing can be made there, whoever asks.
    check_refused(
        Path::new("/proc/sqlflow/runs.db"),
        "SF0710",
        "the run store /proc/sqlflow/runs.db",
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    check_refused(&folder.path().join("file/runs.db"), "SF0710", "cannot be used");
}

#[test]
fn a_store_that_another_process_keeps_busy_is_told_as_such() {
    let store = sqlite();
    let other = Connection::open(store.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.append(
        &sqlflow_state::RunId::new(),
        0,
        None,
        sqlflow_tests_stores::facts(&[sqlflow_state::EventBody::StepQueued]),
    );
    let error = error.unwrap_err();
    assert_eq!(error.code(), "SF0710");
    assert!(error.to_string().contains("database is locked"), "{error}");
}
