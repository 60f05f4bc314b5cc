//! The logs of runs, and what has to hold in each. Looked through event by event, without the code
//! that has written them.

use std::{collections::BTreeSet, path::Path};

use sqlflow_state::{
    Event, EventBody, HistoryQuery, RunId, RunStarted, RunState, RunStore, SqliteStore, apply,
};

/// The runs of a store, the newest first.
#[derive(Debug)]
pub struct History {
    /// Each with its log.
    pub runs: Vec<(RunId, Vec<Event>)>,
}

impl History {
    /// Reads a project's store, which verifies that no log was cut or changed.
    ///
    /// # Panics
    ///
    /// The store is damaged, or what it keeps beside a log is not what the log says.
    pub fn of(root: &Path) -> Self {
        let path = root.join(".sqlflow/runs.db");
        if !path.exists() {
            return Self { runs: Vec::new() };
        }
        let store = SqliteStore::open(&path).expect("a store that opens");
        assert_eq!(store.rebuild(false).expect("logs that are whole"), [], "beside the logs");
        let runs = store.history(&HistoryQuery::default()).expect("a store that can be read");
        let log = |run: RunId| (run, store.load(&run, 0).expect("a log that is whole"));
        Self { runs: runs.iter().map(|run| log(run.run_id)).collect() }
    }

    /// The state of the newest run.
    pub fn latest(&self) -> Option<(RunId, RunState)> {
        let (run, log) = self.runs.first()?;
        Some((*run, log.iter().fold(RunState::default(), apply)))
    }

    /// What is wrong with any log.
    pub fn violations(&self) -> Vec<String> {
        let of_run = |(run, log): &(RunId, Vec<Event>)| {
            let found = violations(log).into_iter();
            found.map(|what| format!("log of {run}: {what}")).collect::<Vec<_>>()
        };
        self.runs.iter().flat_map(of_run).collect()
    }

    /// What keeps any run from having succeeded with all its steps.
    pub fn unfinished(&self) -> Vec<String> {
        let of_run = |(run, log): &(RunId, Vec<Event>)| {
            let found = unfinished(log).into_iter();
            found.map(|what| format!("log of {run}: {what}")).collect::<Vec<_>>()
        };
        self.runs.iter().flat_map(of_run).collect()
    }
}

fn violations(log: &[Event]) -> Vec<String> {
    let mut found = Vec::new();
    let starts = log.iter().filter(|event| event.body.kind() == "run_started").count();
    if starts != 1 || log.first().is_none_or(|event| event.body.kind() != "run_started") {
        found.push(format!("{starts} starts, or not at its begin"));
    }
    let (mut started, mut ended) = (BTreeSet::new(), BTreeSet::new());
    let mut is_over = false;
    for (event, place) in log.iter().zip(1..) {
        let kind = event.body.kind();
        if event.seq != place {
            found.push(format!("event {} stands at place {place}", event.seq));
        }
        if is_over && kind != "run_resumed" {
            found.push(format!("{kind} after the run's end"));
        }
        is_over = matches!(kind, "run_succeeded" | "run_failed" | "run_cancelled");
        let attempt = (event.step.clone(), event.attempt);
        match kind {
            "step_started" if !started.insert(attempt.clone()) => {
                found.push(format!("{attempt:?} was started twice"));
            }
            "step_succeeded" | "step_failed" if !started.contains(&attempt) => {
                found.push(format!("{attempt:?} ended and was not started"));
            }
            "step_succeeded" | "step_failed" if !ended.insert(attempt.clone()) => {
                found.push(format!("{attempt:?} ended twice"));
            }
            _ => {}
        }
    }
    found
}

fn unfinished(log: &[Event]) -> Vec<String> {
    let mut found = Vec::new();
    let last = log.last().map(|event| event.body.kind());
    if last != Some("run_succeeded") {
        found.push(format!("its last event is {last:?}"));
    }
    let done: BTreeSet<_> = log
        .iter()
        .filter(|event| event.body.kind() == "step_succeeded")
        .filter_map(|event| event.step.as_deref())
        .collect();
    let steps = started(log).map(|started| started.steps.as_slice()).unwrap_or_default();
    let left = steps.iter().filter(|step| !done.contains(step.id.as_str()));
    found.extend(left.map(|step| format!("`{}` has not succeeded", step.id)));
    found
}

/// What the run was started with.
pub(crate) fn started(log: &[Event]) -> Option<&RunStarted> {
    match log.first().map(|event| &event.body) {
        Some(EventBody::RunStarted(started)) => Some(started),
        _ => None,
    }
}
