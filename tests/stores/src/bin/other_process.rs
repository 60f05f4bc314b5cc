//! Another process that uses the store in a file: `race FILE RUN PLACES` tries to append at each
//! place of a run and prints how often it won; `die FILE POINT N` works until it passes that point
//! for the n-th time and dies there, having printed the place of every event that it was told is
//! kept.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlflow_state::{EventBody, LeaseRequest, RunId, RunStore, Scope, SqliteStore};
use sqlflow_tests_stores::{Run, facts, plan};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["race", file, run, places] => {
            race(Path::new(file), &run.parse().unwrap(), places.parse().unwrap());
        }
        ["die", file, point, n] => die(Path::new(file), point.to_owned(), n.parse().unwrap()),
        _ => panic!("{args:?}"),
    }
}

fn race(file: &Path, run: &RunId, places: u64) {
    let store = SqliteStore::open(file).unwrap();
    let wins =
        |place: &u64| store.append(run, *place, None, facts(&[EventBody::StepQueued])).is_ok();
    println!("{}", (0..places).filter(wins).count());
}

/// Ends the process at the n-th passing of a place.
struct Death {
    point: String,
    n: usize,
    passed: AtomicUsize,
}

impl sqlflow_fault::Hook for Death {
    fn pass(&self, name: &str) {
        if name == self.point && self.passed.fetch_add(1, Ordering::SeqCst) + 1 == self.n {
            std::process::abort();
        }
    }
}

fn die(file: &Path, point: String, n: usize) {
    sqlflow_fault::install(Box::new(Death { point, n, passed: AtomicUsize::new(0) }));
    work(&SqliteStore::open(file).unwrap(), file);
}

/// Passes every point that a store has.
fn work(store: &SqliteStore, file: &Path) {
    let scope = Scope { project: "shop".to_owned(), pipeline: "daily".to_owned() };
    let lasts = Duration::from_secs(60);
    let request = LeaseRequest { scope, owner: "host:1".to_owned(), lasts, instead_of: None };
    let lease = store.acquire(&request).unwrap();
    let mut run = Run::new(store);
    run.lease = Some(lease.clone());
    println!("{}", run.id);
    run.command(sqlflow_state::Command::StartRun(plan("daily", "a"))).unwrap();
    for asked in ["start a", "complete a", "finish"] {
        println!("{}", run.state.last_seq());
        store.renew(&lease, lasts).unwrap();
        run.ask(asked).unwrap();
    }
    println!("{}", run.state.last_seq());
    let other = rusqlite::Connection::open(file).unwrap();
    other.execute("DELETE FROM run_steps", []).unwrap();
    store.rebuild(true).unwrap();
    store.release(&lease).unwrap();
    store.remove(&run.id).unwrap();
}
