use jiff::Timestamp;
use rusqlite::{Transaction, params};
use sqlflow_fault as fault;

use super::failed::Failed;
use super::{projection, read};
use crate::store::known::{Known, KnownRuns};
use crate::store::log;
use crate::{Event, Fact, RunId, StoreError};

pub(super) fn append(
    to: &Transaction<'_>,
    known_runs: &mut KnownRuns,
    run: &RunId,
    expected: u64,
    facts: Vec<Fact>,
) -> Result<Vec<Event>, Failed> {
    let mut known = known(to, known_runs, run)?;
    let actual = known.state.last_seq();
    if actual != expected || facts.is_empty() {
        known_runs.keep(run, known);
        let stale = StoreError::Stale { run: *run, expected, actual };
        return if actual == expected { Ok(Vec::new()) } else { Err(stale.into()) };
    }
    let events = Event::place(*run, actual, Timestamp::now(), facts);
    fault::point(fault::STORE_INSERTING);
    write(to, run, &mut known, &events)?;
    fault::point(fault::STORE_INSERTED);
    known_runs.keep(run, known);
    Ok(events)
}

/// What the log says, from memory where nobody has appended to it since.
fn known(from: &Transaction<'_>, known_runs: &mut KnownRuns, run: &RunId) -> Result<Known, Failed> {
    let Some(head) = read::head(from, run)? else { return Ok(Known::default()) };
    if let Some(known) = known_runs.take(run, &head) {
        return Ok(known);
    }
    let mut known = Known::default();
    known.and(&read::load(from, run, 0)?, head);
    Ok(known)
}

fn write(
    to: &Transaction<'_>,
    run: &RunId,
    known: &mut Known,
    events: &[Event],
) -> Result<(), Failed> {
    let id = run.to_string();
    let mut insert = to.prepare_cached(
        "INSERT INTO run_events (run_id, seq, json, hash) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let mut head = known.head;
    for entry in log::entries(known.head, events)? {
        insert.execute(params![id, entry.seq, entry.text, entry.hash])?;
        head = entry.hash;
    }
    to.prepare_cached("INSERT OR REPLACE INTO run_heads (run_id, head) VALUES (?1, ?2)")?
        .execute(params![id, head])?;
    known.and(events, head);
    projection::update(to, run, &known.state, events)
}

pub(super) fn saw(
    to: &Transaction<'_>,
    observer: &str,
    run: &RunId,
    seq: u64,
) -> Result<(), Failed> {
    to.prepare_cached(
        "INSERT INTO observer_cursors (observer, run_id, seq) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)",
    )?
    .execute(params![observer, run.to_string(), seq])?;
    Ok(())
}

pub(super) fn remove(from: &Transaction<'_>, run: &RunId) -> Result<(), Failed> {
    let id = run.to_string();
    fault::point(fault::STORE_REMOVING);
    let delete = |table| from.execute(&format!("DELETE FROM {table} WHERE run_id = ?1"), [&id]);
    // A damaged run can be removed too.
    if delete("run_heads")? + delete("run_events")? == 0 {
        return Err(StoreError::RunNotFound { run: *run }.into());
    }
    for table in ["runs", "run_steps", "observer_cursors"] {
        delete(table)?;
    }
    Ok(())
}
