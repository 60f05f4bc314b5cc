//! Prints what it costs to keep a run of 1,000 steps, as JSON: the time of an append in each store,
//! beside the time of one bare wait for the same disk. Run by `make bench`.

#![allow(clippy::unwrap_used, reason = "a measurement fails by panicking")]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use sqlflow_state::{MemoryStore, RedisStore, RunStore, SqliteStore};
use sqlflow_tests_servers::{Kept, Redis};
use sqlflow_tests_stores::Run;

const STEPS: usize = 1_000;

fn main() {
    // The disk that the user works on; a temporary folder may be memory.
    let folder = tempfile::tempdir_in(".").unwrap();
    tell("one write and fdatasync", (0..2 * STEPS).map(waiting(folder.path())).collect());
    appends("memory", &MemoryStore::default());
    appends("sqlite, full", &SqliteStore::open(&folder.path().join("runs.db")).unwrap());
    for kept in [Kept::Always, Kept::Never] {
        let server = Redis::start(kept);
        let store = RedisStore::open(&server.url()).unwrap();
        appends(&format!("redis, kept {kept:?}"), &store);
    }
}

fn waiting(folder: &Path) -> impl FnMut(usize) -> Duration {
    let mut file = File::create(folder.join("bare")).unwrap();
    move |_| {
        let began = Instant::now();
        file.write_all(&[1; 4096]).unwrap();
        file.sync_data().unwrap();
        began.elapsed()
    }
}

fn appends(name: &str, store: &dyn RunStore) {
    let steps: Vec<_> = (0..STEPS).map(|n| format!("s{n}")).collect();
    let mut run = Run::of(store, "daily", &steps.join(" "), "");
    let asked = steps.iter().flat_map(|step| [format!("start {step}"), format!("complete {step}")]);
    let append = |text: String| {
        let command = run.read(&text);
        let facts = sqlflow_state::decide(&run.state, command).unwrap();
        let began = Instant::now();
        let events = run.append(facts);
        let took = began.elapsed();
        run.know(&events.unwrap());
        took
    };
    tell(name, asked.map(append).collect());
}

fn tell(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let micros = |hundredth: usize| times[times.len() * hundredth / 100].as_micros();
    println!("{}", json!({ "append": name, "median_us": micros(50), "p99_us": micros(99) }));
}
