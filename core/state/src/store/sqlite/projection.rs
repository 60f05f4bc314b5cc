//! What lists of runs show, kept beside the logs.

use rusqlite::{Transaction, params};

use super::failed::Failed;
use crate::store::chain::seal;
use crate::{Event, EventBody, RunId, RunState, RunSummary, StepState};

/// Brings it up to what these events have made of the run.
pub(super) fn update(
    to: &Transaction<'_>,
    run: &RunId,
    state: &RunState,
    events: &[Event],
) -> Result<(), Failed> {
    let is_new_plan =
        |event: &Event| matches!(event.body, EventBody::RunStarted(_) | EventBody::RunResumed(_));
    if events.iter().any(is_new_plan) {
        return make(to, run, state);
    }
    let touched = events.iter().filter_map(|event| state.step(event.step.as_deref()?));
    put_steps(to, run, touched)?;
    put_summary(to, run, state)
}

/// Makes it anew.
pub(super) fn make(to: &Transaction<'_>, run: &RunId, state: &RunState) -> Result<(), Failed> {
    to.prepare_cached("DELETE FROM run_steps WHERE run_id = ?1")?.execute([run.to_string()])?;
    put_steps(to, run, state.steps().iter())?;
    put_summary(to, run, state)
}

fn put_steps<'a>(
    to: &Transaction<'_>,
    run: &RunId,
    steps: impl Iterator<Item = &'a StepState>,
) -> Result<(), Failed> {
    let id = run.to_string();
    let mut put = to.prepare_cached(
        "INSERT OR REPLACE INTO run_steps (run_id, step_id, status) VALUES (?1, ?2, ?3)",
    )?;
    for step in steps {
        put.execute(params![id, step.planned.id, step.status.to_string()])?;
    }
    Ok(())
}

fn put_summary(to: &Transaction<'_>, run: &RunId, state: &RunState) -> Result<(), Failed> {
    let text = text(run, state)?;
    to.prepare_cached(
        "INSERT INTO runs (run_id, project, pipeline, started_us, summary, seal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET project = ?2, pipeline = ?3, started_us = ?4, summary = ?5, seal = ?6",
    )?
    .execute(params![
        run.to_string(),
        state.project(),
        state.pipeline(),
        started_us(state),
        text,
        seal(&text)
    ])?;
    Ok(())
}

fn text(run: &RunId, state: &RunState) -> Result<String, Failed> {
    serde_json::to_string(&RunSummary::of(*run, state))
        .map_err(|error| Failed::corrupt(error.to_string()))
}

fn started_us(state: &RunState) -> Option<i64> {
    state.started_at().map(|at| at.as_microsecond())
}

/// Whether it says what the log says.
pub(super) fn agrees(
    there: &Transaction<'_>,
    run: &RunId,
    state: &RunState,
) -> Result<bool, Failed> {
    let id = run.to_string();
    let text = text(run, state)?;
    let same: i64 = there
        .prepare_cached(
            "SELECT count(*) FROM runs
             WHERE run_id = ?1 AND project = ?2 AND pipeline = ?3 AND started_us IS ?4
             AND summary = ?5 AND seal = ?6",
        )?
        .query_row(
            params![id, state.project(), state.pipeline(), started_us(state), text, seal(&text)],
            |row| row.get(0),
        )?;
    let mut steps = state.steps().iter().map(pair).collect::<Vec<_>>();
    steps.sort_unstable();
    let mut find = there.prepare_cached(
        "SELECT step_id, status FROM run_steps WHERE run_id = ?1 ORDER BY step_id",
    )?;
    let found = find.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found: Vec<(String, String)> = found.collect::<Result<_, _>>()?;
    Ok(same == 1 && found == steps)
}

fn pair(step: &StepState) -> (String, String) {
    (step.planned.id.clone(), step.status.to_string())
}
