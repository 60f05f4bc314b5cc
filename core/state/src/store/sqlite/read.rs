use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, Transaction, params, params_from_iter};

use super::failed::Failed;
use crate::store::chain::{Hash, seal};
use crate::store::log::{Entry, Reader};
use crate::{Event, HistoryQuery, RunId, RunSummary, StoreError};

/// The hash of the log's last event; none where there is no log.
pub(super) fn head(from: &Transaction<'_>, run: &RunId) -> Result<Option<Hash>, Failed> {
    Ok(from
        .prepare_cached("SELECT head FROM run_heads WHERE run_id = ?1")?
        .query_row([run.to_string()], |row| row.get(0))
        .optional()?)
}

pub(super) fn load(from: &Transaction<'_>, run: &RunId, after: u64) -> Result<Vec<Event>, Failed> {
    let Some(head) = head(from, run)? else { return none(from, run) };
    let mut reader = reader(from, run, after, &head)?;
    let mut find = from.prepare_cached(
        "SELECT seq, json, hash FROM run_events WHERE run_id = ?1 AND seq > ?2 ORDER BY seq",
    )?;
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let entries = find.query_map(params![run.to_string(), after], entry)?;
    let events = entries.map(|entry| Ok(reader.read(&entry?)?)).collect::<Result<_, Failed>>()?;
    reader.end(&head)?;
    Ok(events)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry { seq: row.get(0)?, text: row.get(1)?, hash: row.get(2)? })
}

/// A run that has no head must have no events either.
fn none(from: &Transaction<'_>, run: &RunId) -> Result<Vec<Event>, Failed> {
    let events: i64 = from
        .prepare_cached("SELECT count(*) FROM run_events WHERE run_id = ?1")?
        .query_row([run.to_string()], |row| row.get(0))?;
    if events == 0 {
        return Err(StoreError::RunNotFound { run: *run }.into());
    }
    let what = "it has events and no end".to_owned();
    Err(StoreError::Corrupt { run: Some(*run), what }.into())
}

/// Where the log is to be read from: behind that place, or behind its end where it ends before.
fn reader(from: &Transaction<'_>, run: &RunId, after: u64, head: &Hash) -> Result<Reader, Failed> {
    if after == 0 {
        return Ok(Reader::new(*run));
    }
    let at = i64::try_from(after).unwrap_or(i64::MAX);
    let hash: Option<Hash> = from
        .prepare_cached("SELECT hash FROM run_events WHERE run_id = ?1 AND seq = ?2")?
        .query_row(params![run.to_string(), at], |row| row.get(0))
        .optional()?;
    Ok(Reader::after(*run, after, hash.unwrap_or(*head)))
}

pub(super) fn summary(from: &Transaction<'_>, run: &RunId) -> Result<RunSummary, Failed> {
    let found = from
        .prepare_cached("SELECT summary, seal FROM runs WHERE run_id = ?1")?
        .query_row([run.to_string()], sealed)
        .optional()?;
    match found {
        Some(sealed) => read_summary(&sealed),
        None => {
            Err(load(from, run, 0).err().unwrap_or_else(|| not_as_written("its summary is gone")))
        }
    }
}

fn sealed(row: &Row<'_>) -> rusqlite::Result<(String, Hash)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn read_summary((text, hash): &(String, Hash)) -> Result<RunSummary, Failed> {
    if seal(text) != *hash {
        return Err(not_as_written("the list of runs is not as it was written"));
    }
    serde_json::from_str(text).map_err(|error| StoreError::Newer { what: error.to_string() }.into())
}

fn not_as_written(what: &str) -> Failed {
    Failed::corrupt(what)
}

pub(super) fn history(
    from: &Transaction<'_>,
    query: &HistoryQuery,
) -> Result<Vec<RunSummary>, Failed> {
    let (conditions, values) = conditions(query);
    let limit = if query.limit == 0 { -1 } else { i64::try_from(query.limit).unwrap_or(-1) };
    let mut find = from.prepare_cached(&format!(
        "SELECT summary, seal FROM runs WHERE {conditions} ORDER BY run_id DESC LIMIT {limit}"
    ))?;
    let found = find.query_map(params_from_iter(values), sealed)?;
    found.map(|sealed| read_summary(&sealed?)).collect()
}

/// The conditions of a query, joined, and the values that stand in them.
fn conditions(query: &HistoryQuery) -> (String, Vec<Value>) {
    let text = |text: &Option<String>| text.clone().map(Value::Text);
    let (step, step_status) = match &query.step {
        Some((step, status)) => (Some(step.clone()), status.map(|status| status.to_string())),
        None => (None, None),
    };
    let with_step =
        "EXISTS (SELECT 1 FROM run_steps s WHERE s.run_id = runs.run_id AND s.step_id =";
    let wanted = [
        ("project = ? ", text(&query.project)),
        ("pipeline = ? ", text(&query.pipeline)),
        ("status = ? ", text(&query.status.map(|status| status.to_string()))),
        ("started_us >= ? ", query.since.map(|since| Value::Integer(since.as_microsecond()))),
        ("run_id < ? ", text(&query.before.map(|before| before.to_string()))),
    ];
    let mut conditions = vec!["TRUE".to_owned()];
    let mut values = Vec::new();
    for (condition, value) in wanted {
        if let Some(value) = value {
            conditions.push(condition.to_owned());
            values.push(value);
        }
    }
    if let Some(step) = step {
        let status = if step_status.is_some() { " AND s.status = ?" } else { "" };
        conditions.push(format!("{with_step} ?{status})"));
        values.extend([Some(step), step_status].into_iter().flatten().map(Value::Text));
    }
    (conditions.join(" AND "), values)
}

pub(super) fn knows(from: &Transaction<'_>, observer: &str) -> Result<bool, Failed> {
    let mut find = from.prepare_cached("SELECT 1 FROM observer_cursors WHERE observer = ?1")?;
    Ok(find.exists([observer])?)
}

pub(super) fn unseen(from: &Transaction<'_>, observer: &str) -> Result<Vec<(RunId, u64)>, Failed> {
    let mut find = from.prepare_cached(
        "SELECT r.run_id, coalesce(c.seq, 0) FROM runs r
         LEFT JOIN observer_cursors c ON c.run_id = r.run_id AND c.observer = ?1
         WHERE coalesce(c.seq, 0) < r.last_seq ORDER BY r.run_id",
    )?;
    let found = find.query_map([observer], |row| Ok((row.get(0)?, row.get(1)?)))?;
    found
        .map(|pair| {
            let (run, seen): (String, u64) = pair?;
            Ok((run_id(&run)?, seen))
        })
        .collect()
}

pub(super) fn run_id(text: &str) -> Result<RunId, Failed> {
    text.parse().map_err(|_| Failed::corrupt(format!("`{text}` is not a run id")))
}
