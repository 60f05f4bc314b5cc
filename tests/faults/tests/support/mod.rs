//! Made projects on disk, what `check` finds in them, and whether it left them alone.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use serde_json::Value;
use sqlflow_tests_faults::Project;
use sqlflow_tests_pipelines::{Project as OnDisk, Ran};

/// Writes a project into a temporary folder.
pub(crate) fn written(project: &Project) -> OnDisk {
    let disk = OnDisk::new();
    write_into(project, &disk);
    disk
}

/// Writes a project's files over those that are there.
pub(crate) fn write_into(project: &Project, disk: &OnDisk) {
    for (path, bytes) in project.files() {
        disk.write(path.to_str().unwrap(), bytes);
    }
}

/// What a check printed.
pub(crate) fn document(ran: &Ran) -> Value {
    let parsed = serde_json::from_str(&ran.out);
    parsed.unwrap_or_else(|error| panic!("{error}\nout: {}\nerr: {}", ran.out, ran.err))
}

/// Every file of the project with its bytes; the cache of schemas, which a check may write, aside.
pub(crate) fn snapshot(disk: &OnDisk) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    collect(&disk.path(""), &disk.path(".sqlflow/schemas"), &mut found);
    found
}

fn collect(folder: &Path, without: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() && path != without {
            collect(&path, without, found);
        } else if path.is_file() {
            found.insert(path.clone(), fs::read(path).unwrap());
        }
    }
}

/// Looks at every case, several at a time, and fails with everything that was found.
#[track_caller]
pub(crate) fn none_fails<T: Sync>(cases: &[T], check: impl Fn(&T) -> Vec<String> + Sync) {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.extend(check(case));
        }
        found
    };
    let threads = thread::available_parallelism().map_or(2, usize::from);
    let found: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    });
    assert!(found.is_empty(), "{} problems:\n{}", found.len(), found.join("\n"));
}
