//! Runs in lines, for people and for programs.

use std::time::Duration;

use serde_json::{Value, json};
use sqlflow_run::RunLine;
use sqlflow_state::{RunSummary, Timestamp};

use crate::render::clean::clean_line;
use crate::render::quantity::{count, duration};
use crate::render::table::Table;

/// A table of runs.
pub(super) fn table(runs: &[RunLine]) -> String {
    let mut table = Table::new(["run", "pipeline", "status", "began", "took", "steps", "rows"]);
    [4, 6].into_iter().for_each(|column| table.right(column));
    for run in runs {
        let told = &run.summary;
        table.row([
            told.run_id.to_string(),
            clean_line(&told.pipeline),
            run.word(),
            told.started_at.map(|at| format!("{at:.0}")).unwrap_or_default(),
            took(told).map(duration).unwrap_or_default(),
            format!("{}/{}", told.steps_done, told.steps),
            count(told.rows_out),
        ]);
    }
    table.draw()
}

/// A run as JSON: its summary, and how it is now.
pub(super) fn json(run: &RunLine) -> Value {
    let told = &run.summary;
    json!({
        "run_id": told.run_id,
        "pipeline": told.pipeline,
        "profile": told.profile,
        "status": run.word(),
        "owner": told.owner,
        "started_at": told.started_at.map(instant),
        "finished_at": told.finished_at.map(instant),
        "duration_us": took(told).map(|took| u64::try_from(took.as_micros()).unwrap_or(u64::MAX)),
        "steps": told.steps,
        "steps_done": told.steps_done,
        "rows_out": told.rows_out,
        "failed_step": told.failed_step,
        "error": told.error,
    })
}

fn took(run: &RunSummary) -> Option<Duration> {
    let (start, end) = run.started_at.zip(run.finished_at)?;
    Duration::try_from(end.duration_since(start)).ok()
}

fn instant(at: Timestamp) -> String {
    format!("{at:.6}")
}
