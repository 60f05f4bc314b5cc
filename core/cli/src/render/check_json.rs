//! What a check found, as one JSON document.

use serde_json::{Value, json};

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
        "pipelines": report.pipelines.iter().map(pipeline).collect::<Vec<_>>(),
        "findings": findings::json(&report.problems),
        "error": report.errors().next(),
    })
}

fn pipeline(entry: &Entry) -> Value {
    let passed = entry.passed.as_ref();
    let unchecked = passed.map(|pipeline| pipeline.unchecked.as_slice()).unwrap_or_default();
    let used = passed.map(|pipeline| pipeline.variables.as_slice()).unwrap_or_default();
    json!({
        "name": entry.name,
        "status": status(passed.is_some()),
        "steps": passed.map(|pipeline| pipeline.steps),
        "variables": used.iter().map(variables::json).collect::<Vec<_>>(),
        "unchecked": unchecked
            .iter()
            .map(|(step, reason)| json!({ "step": step, "reason": reason }))
            .collect::<Vec<_>>(),
        "error": entry.error,
    })
}

fn status(passed: bool) -> &'static str {
    if passed { "ok" } else { "failed" }
}
