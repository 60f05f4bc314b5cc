//! What a check found, as one JSON document.

use serde_json::{Value, json};
use sqlflow_run::CachedSchema;

use crate::check_report::{CheckReport, Entry};
use crate::exit;
use crate::render::findings;
use crate::variables;

/// Every pipeline with its outcome, and all findings.
pub(crate) fn json(report: &CheckReport) -> Value {
    let exit_code = report.exit_code();
    json!({
        "status": status(exit_code == exit::OK),
        "exit_code": exit_code,
        "offline": report.offline,
        "held_by": report.held_by,
        "pipelines": report.in_order().into_iter().map(pipeline).collect::<Vec<_>>(),
        "findings": findings::json(&report.problems),
        "error": report.errors().next(),
    })
}

fn pipeline(entry: &Entry) -> Value {
    let passed = entry.passed.as_ref();
    let unchecked = passed.map(|pipeline| pipeline.unchecked.as_slice()).unwrap_or_default();
    let cached = passed.map(|pipeline| pipeline.cached.as_slice()).unwrap_or_default();
    let used = passed.map(|pipeline| pipeline.variables.as_slice()).unwrap_or_default();
    json!({
        "name": entry.name,
        "status": status(passed.is_some()),
        "steps": passed.map(|pipeline| pipeline.steps),
        "schemas": cached.iter().map(schema).collect::<Vec<_>>(),
        "variables": used.iter().map(variables::json).collect::<Vec<_>>(),
        "unchecked": unchecked
            .iter()
            .map(|(step, reason)| json!({ "step": step, "reason": reason }))
            .collect::<Vec<_>>(),
        "error": entry.error,
    })
}

/// A schema that an earlier check has seen.
fn schema(cached: &CachedSchema) -> Value {
    json!({
        "source": cached.source,
        "stream": cached.stream,
        "age_seconds": cached.age.as_secs(),
    })
}

fn status(passed: bool) -> &'static str {
    if passed { "ok" } else { "failed" }
}
