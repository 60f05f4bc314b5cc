//! Faults that a run itself notices, whatever the connector says of itself.
//!
//! Mutation: `reconcile` of core/run/src/step/export.rs, or `SourceStream::check` of
//! core/run/src/scan.rs, finds everything in order.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{fs, process::Command};

use support::{built, with_fault};
use tempfile::TempDir;

/// Runs a pipeline with a connector that has this fault: the exit code and standard error.
fn run(fault: &str, pipeline: &str) -> (Option<i32>, String) {
    let (project, wrong) = (TempDir::new().unwrap(), with_fault(fault));
    for (path, text) in
        [("profiles/dev.yml", "engine: { path: \":memory:\" }\n"), ("pipelines/work.sf", pipeline)]
    {
        let path = project.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::create_dir(project.path().join("store")).unwrap();
    let mut command = Command::new(built("sqlflow"));
    command.args(["run", "work", "--plugin"]).arg(&wrong.library);
    let output = command.current_dir(project.path()).env_clear().output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

const OPTIONS: &str = "{ \"folder\": \"store\", \"password\": \"correct horse battery\" }";

#[test]
fn a_destination_that_reports_more_rows_than_it_was_sent_fails_the_run() {
    let export = format!(
        "EXPORT SELECT range AS n FROM range(3) TO 'numbers.table' TYPE wrong OPTIONS {OPTIONS};"
    );
    let (code, told) = run("write-makes-a-new-place", &export);
    let expect = "error[SF0508]: 3 rows were sent to numbers.table and it reports 4";
    assert!(code == Some(5) && told.contains(expect), "{code:?}: {told}");
    assert_eq!(run("", &export).0, Some(0), "without the fault all is well");
}

#[test]
fn a_source_that_yields_other_types_than_it_announced_fails_the_run() {
    let load = format!("SOURCE numbers TYPE wrong PARAMS {OPTIONS};\nLOAD numbers FROM numbers;");
    let (code, told) = run("other types come in a run", &load);
    assert!(
        code == Some(5) && told.contains("error[SF0509]: column `id` comes as Int64, not as Utf8"),
        "{code:?}: {told}"
    );
    assert_eq!(run("", &load).0, Some(0), "without the fault all is well");
}
