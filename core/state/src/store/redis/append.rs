use std::sync::LazyLock;

use jiff::Timestamp;
use redis::Script;
use sqlflow_fault as fault;

use super::failed::corrupt;
use super::projection::Projection;
use super::server::Server;
use super::{keys, leases, read};
use crate::store::chain::{Hash, START};
use crate::store::known::Known;
use crate::store::log::{self, Entry};
use crate::store::text::{hex, write_entry};
use crate::{Event, Fact, Lease, RunId, StoreError};

static APPEND: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("append.lua")));
static SAW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local seen = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
         if tonumber(ARGV[2]) > seen then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end",
    )
});
/// A damaged run can be removed too.
static REMOVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('DEL', KEYS[1], KEYS[2]) == 0 then return 0 end
         redis.call('DEL', KEYS[3], KEYS[4], KEYS[5])
         redis.call('ZREM', KEYS[6], ARGV[1])
         return 1",
    )
});

pub(super) fn append(
    server: &Server,
    run: &RunId,
    expected: u64,
    lease: Option<&Lease>,
    facts: Vec<Fact>,
) -> Result<Vec<Event>, StoreError> {
    let known = server.kept().known.take_at(run, expected).filter(|_| !facts.is_empty());
    if let Some(known) = known
        && let Some(events) = attempt(server, run, known, lease, &facts)?
    {
        return Ok(events);
    }
    let known = read(server, run)?;
    let actual = known.state.last_seq();
    leases::check_fence(server, lease)?;
    let stale = |actual| StoreError::Stale { run: *run, expected, actual };
    if actual != expected {
        server.kept().known.keep(run, known);
        return Err(stale(actual));
    }
    if facts.is_empty() {
        return Ok(Vec::new());
    }
    match attempt(server, run, known, lease, &facts)? {
        Some(events) => Ok(events),
        None => Err(stale(read(server, run)?.state.last_seq())),
    }
}

/// What the log says now.
fn read(server: &Server, run: &RunId) -> Result<Known, StoreError> {
    let read = match read::load(server, run, 0) {
        Err(StoreError::RunNotFound { .. }) => return Ok(Known::default()),
        read => read?,
    };
    let mut known = Known::default();
    known.and(&read.events, read.head);
    Ok(known)
}

/// What an append changes.
struct Append {
    before: Hash,
    head: Hash,
    entries: Vec<Entry>,
    projection: Projection,
}

/// Appends behind what is known; none where that is no longer the log's end.
fn attempt(
    server: &Server,
    run: &RunId,
    mut known: Known,
    lease: Option<&Lease>,
    facts: &[Fact],
) -> Result<Option<Vec<Event>>, StoreError> {
    let events = Event::place(*run, known.state.last_seq(), Timestamp::now(), facts.to_vec());
    let entries = log::entries(known.head, &events)?;
    let before = known.head;
    let head = entries.last().map_or(before, |entry| entry.hash);
    known.and(&events, head);
    let projection = Projection::after(run, &known.state, &events)?;
    fault::point(fault::STORE_INSERTING);
    let answer = send(server, run, lease, &Append { before, head, entries, projection })?;
    fault::point(fault::STORE_APPENDED);
    match answer.as_str() {
        "appended" => {
            server.kept().known.keep(run, known);
            Ok(Some(events))
        }
        "fenced" => Err(lease.map_or_else(|| corrupt(Some(run), answer), Lease::fenced)),
        "stale" => Ok(None),
        _ => Err(corrupt(Some(run), "it has events and no end")),
    }
}

fn send(
    server: &Server,
    run: &RunId,
    lease: Option<&Lease>,
    append: &Append,
) -> Result<String, StoreError> {
    let Append { before, head, entries, projection } = append;
    let mut script = APPEND.prepare_invoke();
    script.key(keys::LEASES).key(keys::log(run)).key(keys::head(run)).key(keys::summary(run));
    script.key(keys::steps(run)).key(keys::RUNS).arg(run.to_string());
    let (field, epoch) = match lease {
        Some(lease) => (keys::scope(&lease.scope), lease.epoch.to_string()),
        None => Default::default(),
    };
    let before = if *before == START { String::new() } else { hex(before) };
    script.arg(field).arg(epoch).arg(before).arg(hex(head)).arg(&projection.summary);
    script.arg(u8::from(projection.is_new_plan)).arg(entries.len());
    entries.iter().for_each(|entry| {
        script.arg(write_entry(entry));
    });
    projection.steps.iter().for_each(|(step, status)| {
        script.arg(step).arg(status);
    });
    server.ask(|connection| script.invoke(connection))
}

pub(super) fn saw(
    server: &Server,
    observer: &str,
    run: &RunId,
    seq: u64,
) -> Result<(), StoreError> {
    server.ask(|connection| SAW.key(keys::seen(run)).arg(observer).arg(seq).invoke(connection))
}

pub(super) fn remove(server: &Server, run: &RunId) -> Result<(), StoreError> {
    let mut script = REMOVE.key(keys::head(run));
    for key in [keys::log(run), keys::summary(run), keys::steps(run), keys::seen(run)] {
        script.key(key);
    }
    script.key(keys::RUNS).arg(run.to_string());
    fault::point(fault::STORE_REMOVING);
    let was_there: bool = server.ask(|connection| script.invoke(connection))?;
    if was_there { Ok(()) } else { Err(StoreError::RunNotFound { run: *run }) }
}
