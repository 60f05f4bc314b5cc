//! A process that loads a plugin again and again stays as it is. It counts what the process has, so
//! it is the only test of its file.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use sqlflow_host::{Feed, FeedOptions, Pulled, SourceRegistry};
use sqlflow_plugin_sdk::{CancelToken, ReadRequest};
use support::{folder, named, object};

const LOADS: usize = 100;
const ROWS: usize = 40_000;
/// One batch of the file is larger than what a load may leave behind: 1 MB.
const TOLERANCE: usize = LOADS * (32 << 10);

/// The built library of the CSV connector.
fn csv() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let name = "libsqlflow_connector_csv.so";
    let found = test.ancestors().skip(2).map(|up| up.join(name)).find(|path| path.is_file());
    found.expect("build first: cargo build --release --workspace")
}

/// Lists, loads, opens and reads, in a host of its own.
fn load_and_read(library: &Path, data: &Path) {
    let plugins = named(&[library]);
    let cancel = CancelToken::new();
    let config = object(json!({"path": data}));
    let mut source = SourceRegistry::new(&plugins).open("csv", &config, &cancel).unwrap();
    let stream = source.discover().unwrap()[0].name.clone();
    let mut request = ReadRequest::of(stream.clone());
    request.schema = Some(source.schema(&stream).unwrap());
    let partitions = source.plan(&request).unwrap().partitions;
    let options = FeedOptions { threads: 2, ..FeedOptions::default() };
    let feed = Feed::start(source, request, partitions, options, &cancel).unwrap();
    let mut rows = 0;
    while let Pulled::Batch(batch) = feed.next(Duration::from_secs(60)).unwrap() {
        rows += batch.num_rows();
    }
    assert_eq!(rows, ROWS);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    threads: usize,
    descriptors: usize,
}

impl Held {
    fn now() -> Self {
        let count = |folder| fs::read_dir(folder).unwrap().count();
        Self { threads: count("/proc/self/task"), descriptors: count("/proc/self/fd") }
    }

    /// What is held when the threads that have nothing left to do are gone.
    fn settled(like: Self) -> Self {
        let begun = Instant::now();
        while Self::now() != like && begun.elapsed() < Duration::from_secs(30) {
            thread::yield_now();
        }
        Self::now()
    }
}

fn resident_bytes() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    pages.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

/// Mutations tried: `map` keeps a descriptor for each load; red. `Object` does not close its
/// pointer; red. A batch is forgotten in `arrow_values::batch`; red.
#[test]
fn a_hundred_loads_and_reads_leave_no_memory_thread_or_descriptor_behind() {
    let folder = folder();
    let data = folder.path().join("data.csv");
    let mut text = String::from("number,text\n");
    (0..ROWS).for_each(|row| writeln!(text, "{row},some text of row {row}").unwrap());
    fs::write(&data, text).unwrap();
    let library = csv();
    let before = Held::now();
    load_and_read(&library, &data);
    // The first load maps the library, keeps its descriptor and starts the watchdog of all calls.
    let kept = Held { descriptors: before.descriptors + 1, threads: before.threads + 1 };
    assert_eq!(Held::settled(kept), kept);
    (0..LOADS / 5).for_each(|_| load_and_read(&library, &data));
    let resident = resident_bytes();
    (0..LOADS).for_each(|_| load_and_read(&library, &data));
    assert_eq!(Held::settled(kept), kept);
    let grown = resident_bytes().saturating_sub(resident);
    assert!(grown < TOLERANCE, "{grown} bytes more after {LOADS} loads");
}
