//! Every kind of store, empty; a new one joins by one line in `stores`.
#![allow(dead_code, reason = "each test file uses its part")]

use std::thread;

use sqlflow_state::{RedisStore, RunStore};
use sqlflow_tests_servers::{Kept, Redis};
use sqlflow_tests_stores::{Subject, memory, sqlite};

/// Tries something with every kind of store.
pub(crate) fn with_stores(check: impl Fn(&Subject)) {
    let server = Redis::start(Kept::Never);
    for store in [memory(), sqlite(), redis(&server)] {
        check(&store);
    }
}

pub(crate) fn redis(server: &Redis) -> Subject {
    Subject::new("redis", RedisStore::open(&server.url()).unwrap())
}

/// How many of this many threads succeed in doing something at the same time.
pub(crate) fn winners(threads: usize, attempt: impl Fn(usize) -> bool + Sync) -> usize {
    let start = std::sync::Barrier::new(threads);
    let begin = |thread| {
        start.wait();
        attempt(thread)
    };
    thread::scope(|scope| {
        let begin = &begin;
        let all: Vec<_> = (0..threads).map(|n| scope.spawn(move || begin(n))).collect();
        all.into_iter().map(|thread| thread.join().unwrap()).filter(|&won| won).count()
    })
}

pub(crate) fn load_ids(store: &dyn RunStore, run: &sqlflow_state::RunId) -> Vec<u64> {
    store.load(run, 0).unwrap().iter().map(|event| event.seq).collect()
}
