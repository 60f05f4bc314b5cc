use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use redis::{Commands, Script};
use sqlflow_fault as fault;

use super::projection::Projection;
use super::server::Server;
use super::{keys, read};
use crate::store::text::hex;
use crate::{RunId, RunState, StoreError, apply};

/// Writes what is kept beside a log, where the log still ends as it did.
static MAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
         redis.call('SET', KEYS[2], ARGV[3])
         redis.call('DEL', KEYS[3])
         for at = 4, #ARGV, 2 do redis.call('HSET', KEYS[3], ARGV[at], ARGV[at + 1]) end
         redis.call('ZADD', KEYS[4], 0, ARGV[1])
         return 1",
    )
});

pub(super) fn rebuild(server: &Server, repair: bool) -> Result<Vec<RunId>, StoreError> {
    let mut differed = Vec::new();
    for run in runs(server)? {
        if !check(server, &run, repair)? {
            differed.push(run);
        }
    }
    Ok(differed)
}

/// Whether what is kept beside the log says what the log says.
fn check(server: &Server, run: &RunId, repair: bool) -> Result<bool, StoreError> {
    loop {
        let log = read::load(server, run, 0)?;
        let state = log.events.iter().fold(RunState::default(), apply);
        let made = Projection::whole(run, &state)?;
        if there(server, run, made.summary.clone())? == Some(made.steps.clone()) {
            return Ok(true);
        }
        // Where the run goes on, what was compared is of two times.
        if make(server, run, &hex(&log.head), repair.then_some(&made))? {
            return Ok(false);
        }
    }
}

/// The steps that are kept, where the summary is this one and the run is in the list.
fn there(
    server: &Server,
    run: &RunId,
    summary: String,
) -> Result<Option<Vec<(String, String)>>, StoreError> {
    let mut ask = redis::pipe();
    ask.atomic().get(keys::summary(run)).hgetall(keys::steps(run));
    ask.cmd("ZSCORE").arg(keys::RUNS).arg(run.to_string());
    let (found, steps, listed): (Option<String>, BTreeMap<String, String>, Option<f64>) =
        server.ask(|connection| ask.query(connection))?;
    let is_same = found == Some(summary) && listed.is_some();
    Ok(is_same.then(|| steps.into_iter().collect()))
}

/// Writes it, or with nothing to write says whether the log still ends so.
fn make(
    server: &Server,
    run: &RunId,
    head: &str,
    made: Option<&Projection>,
) -> Result<bool, StoreError> {
    let Some(made) = made else {
        let now: Option<String> = server.ask(|connection| connection.get(keys::head(run)))?;
        return Ok(now.as_deref() == Some(head));
    };
    let mut script = MAKE.prepare_invoke();
    script.key(keys::head(run)).key(keys::summary(run)).key(keys::steps(run)).key(keys::RUNS);
    script.arg(run.to_string()).arg(head).arg(&made.summary);
    made.steps.iter().for_each(|(step, status)| {
        script.arg(step).arg(status);
    });
    fault::point(fault::STORE_REBUILDING);
    server.ask(|connection| script.invoke(connection))
}

/// Every run of which anything but cursors is kept. Reads the names of all keys of the server.
fn runs(server: &Server) -> Result<BTreeSet<RunId>, StoreError> {
    let pattern = format!("{}*", keys::OF_A_RUN);
    let keys: Vec<String> = server.ask(|connection| connection.scan_match(&pattern)?.collect())?;
    let listed: Vec<String> = server.ask(|connection| connection.zrange(keys::RUNS, 0, -1))?;
    let of_key = keys.iter().filter_map(|key| key.strip_prefix(keys::OF_A_RUN)?.split_once(':'));
    let of_key = of_key.filter(|(_, what)| *what != "seen").map(|(run, _)| run);
    let all = of_key.chain(listed.iter().map(String::as_str));
    all.map(read::run_id).collect()
}
