//! The last run of each pipeline, and those that were interrupted.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sqlflow_run::{PipelineService, RunLine, Trouble, Workspace};
use sqlflow_state::{HistoryQuery, RunStatus, Timestamp};

use crate::render::clean::clean_line;
use crate::render::quantity::ago;

/// The runs to tell of at a glance, or why the run store cannot be read.
pub(super) fn last_runs(workspace: &Arc<Workspace>) -> Result<Vec<RunLine>, String> {
    found(workspace).map_err(|trouble| trouble.to_string())
}

fn found(workspace: &Arc<Workspace>) -> Result<Vec<RunLine>, Trouble> {
    let service = PipelineService::look(Arc::clone(workspace))?;
    let mut runs = Vec::new();
    for pipeline in workspace.project().pipelines() {
        let name = pipeline.rsplit('/').next().map(str::to_owned);
        let query = HistoryQuery { pipeline: name, limit: 1, ..HistoryQuery::default() };
        runs.extend(service.history(&query)?);
    }
    for status in [RunStatus::Running, RunStatus::Cancelling] {
        let query = HistoryQuery { status: Some(status), ..HistoryQuery::default() };
        let open = service.history(&query)?.into_iter().filter(|run| run.is_interrupted);
        let new: Vec<RunLine> = open.filter(|run| !runs.contains(run)).collect();
        runs.extend(new);
    }
    Ok(runs)
}

/// What is told of each, such as `daily  succeeded  5 minutes ago`.
pub(super) fn texts(runs: &Result<Vec<RunLine>, String>) -> Vec<String> {
    match runs {
        Err(why) => vec![format!("(cannot be read: {})", clean_line(why))],
        Ok(runs) => runs.iter().map(text).collect(),
    }
}

fn text(run: &RunLine) -> String {
    let told = &run.summary;
    let age = told.started_at.map(|at| Timestamp::now().duration_since(at));
    let age = age.and_then(|age| Duration::try_from(age).ok()).map(ago).unwrap_or_default();
    let next = match run.is_interrupted {
        true => format!("  (`sqlflow runs resume {}` goes on)", told.run_id),
        false => String::new(),
    };
    format!("{}  {}  {age}{next}", clean_line(&told.pipeline), run.word())
}

/// The same as JSON.
pub(super) fn json(runs: &Result<Vec<RunLine>, String>) -> Value {
    let entry = |run: &RunLine| {
        json!({
            "pipeline": run.summary.pipeline,
            "run_id": run.summary.run_id,
            "status": run.word(),
            "started_at": run.summary.started_at.map(|at| format!("{at:.6}")),
        })
    };
    runs.iter().flatten().map(entry).collect()
}
