use super::failed::corrupt;
use super::keys;
use super::server::Server;
use crate::store::chain::Hash;
use crate::store::log::Reader;
use crate::store::text::{read_entry, unhex, unsealed};
use crate::{Event, HistoryQuery, RunId, RunSummary, StoreError};

/// How many runs are asked for at once.
const PAGE: usize = 256;

/// Events, and the hash of the log's last one.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) events: Vec<Event>,
    pub(super) head: Hash,
}

pub(super) fn load(server: &Server, run: &RunId, after: u64) -> Result<Log, StoreError> {
    // With the entry before the first one, whose hash ties that one to the rest.
    let from = isize::try_from(after.saturating_sub(1)).unwrap_or(isize::MAX);
    let mut both = redis::pipe();
    both.atomic().get(keys::head(run)).lrange(keys::log(run), from, -1).exists(keys::log(run));
    let (head, texts, has_log): (Option<String>, Vec<String>, bool) =
        server.ask(|connection| both.query(connection))?;
    let head = match head.as_deref().map(unhex) {
        Some(Some(head)) => head,
        None if !has_log => return Err(StoreError::RunNotFound { run: *run }),
        None => return Err(corrupt(Some(run), "it has events and no end")),
        Some(None) => return Err(corrupt(Some(run), "its end is not as it was written")),
    };
    let events = read(run, after, &texts, &head)?;
    Ok(Log { events, head })
}

fn read(run: &RunId, after: u64, texts: &[String], head: &Hash) -> Result<Vec<Event>, StoreError> {
    let unreadable = |seq| corrupt(Some(run), format!("event {seq} is not as it was written"));
    let entry = |(text, seq): (&String, u64)| read_entry(seq, text).ok_or_else(|| unreadable(seq));
    let (mut reader, texts) = match texts.split_first() {
        Some((before, rest)) if after > 0 => {
            (Reader::after(*run, after, entry((before, after))?.hash), rest)
        }
        None if after > 0 => (Reader::after(*run, after, *head), texts),
        _ => (Reader::new(*run), texts),
    };
    let events = texts.iter().zip(after + 1..).map(|pair| reader.read(&entry(pair)?));
    let events = events.collect::<Result<_, _>>()?;
    reader.end(head)?;
    Ok(events)
}

pub(super) fn summary(server: &Server, run: &RunId) -> Result<RunSummary, StoreError> {
    let found: Option<String> =
        server.ask(|connection| redis::cmd("GET").arg(keys::summary(run)).query(connection))?;
    match found {
        Some(text) => read_summary(run, &text),
        None => Err(load(server, run, 0)
            .err()
            .unwrap_or_else(|| corrupt(None, format!("the summary of {run} is gone")))),
    }
}

fn read_summary(run: &RunId, text: &str) -> Result<RunSummary, StoreError> {
    let text = unsealed(text)
        .ok_or_else(|| corrupt(None, format!("the summary of {run} is not as it was written")))?;
    serde_json::from_str(text).map_err(|error| StoreError::Newer { what: error.to_string() })
}

pub(super) fn history(
    server: &Server,
    query: &HistoryQuery,
) -> Result<Vec<RunSummary>, StoreError> {
    let limit = if query.limit == 0 { usize::MAX } else { query.limit };
    let mut found = Vec::new();
    let mut before = query.before;
    while found.len() < limit {
        let page = newest(server, before)?;
        let Some(last) = page.last() else { break };
        before = Some(*last);
        found.extend(of_page(server, query, &page)?);
    }
    found.truncate(limit);
    Ok(found)
}

/// The newest runs, or the newest of those before one.
fn newest(server: &Server, before: Option<RunId>) -> Result<Vec<RunId>, StoreError> {
    let from = before.map_or_else(|| "+".to_owned(), |run| format!("({run}"));
    let ids: Vec<String> = server.ask(|connection| {
        let mut ask = redis::cmd("ZREVRANGEBYLEX");
        ask.arg(keys::RUNS).arg(&from).arg("-").arg("LIMIT").arg(0).arg(PAGE).query(connection)
    })?;
    ids.iter().map(|id| run_id(id)).collect()
}

/// Those of a page that are asked for.
fn of_page(
    server: &Server,
    query: &HistoryQuery,
    page: &[RunId],
) -> Result<Vec<RunSummary>, StoreError> {
    let step = query.step.as_ref().map_or("", |(step, _)| step.as_str());
    let mut ask = redis::pipe();
    for run in page {
        ask.get(keys::summary(run)).hget(keys::steps(run), step);
    }
    let found: Vec<Option<String>> = server.ask(|connection| ask.query(connection))?;
    let mut runs = Vec::new();
    for (run, pair) in page.iter().zip(found.chunks_exact(2)) {
        // Removed in the meantime.
        let Some(text) = &pair[0] else { continue };
        let summary = read_summary(run, text)?;
        if query.matches(&summary) && query.matches_step(pair[1].as_deref()) {
            runs.push(summary);
        }
    }
    Ok(runs)
}

pub(super) fn unseen(server: &Server, observer: &str) -> Result<Vec<(RunId, u64)>, StoreError> {
    let ids: Vec<String> = server
        .ask(|connection| redis::cmd("ZRANGE").arg(keys::RUNS).arg(0).arg(-1).query(connection))?;
    let runs = ids.iter().map(|id| run_id(id)).collect::<Result<Vec<_>, _>>()?;
    let mut unseen = Vec::new();
    for page in runs.chunks(PAGE) {
        let mut ask = redis::pipe();
        for run in page {
            ask.llen(keys::log(run)).hget(keys::seen(run), observer);
        }
        let found: Vec<Option<u64>> = server.ask(|connection| ask.query(connection))?;
        let pairs = page.iter().zip(found.chunks_exact(2));
        let pairs = pairs.map(|(run, pair)| (*run, pair[1].unwrap_or(0), pair[0].unwrap_or(0)));
        unseen
            .extend(pairs.filter(|(_, seen, last)| seen < last).map(|(run, seen, _)| (run, seen)));
    }
    Ok(unseen)
}

pub(super) fn knows(server: &Server, observer: &str) -> Result<bool, StoreError> {
    let ids: Vec<String> = server
        .ask(|connection| redis::cmd("ZRANGE").arg(keys::RUNS).arg(0).arg(-1).query(connection))?;
    let runs = ids.iter().map(|id| run_id(id)).collect::<Result<Vec<_>, _>>()?;
    for page in runs.chunks(PAGE) {
        let mut ask = redis::pipe();
        for run in page {
            ask.hexists(keys::seen(run), observer);
        }
        let found: Vec<bool> = server.ask(|connection| ask.query(connection))?;
        if found.contains(&true) {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn run_id(text: &str) -> Result<RunId, StoreError> {
    text.parse().map_err(|_| corrupt(None, format!("`{text}` is not a run id")))
}
