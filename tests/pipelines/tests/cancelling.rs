//! C15: a run is cancelled from another process, whatever it is doing: within 5 seconds, and nothing
//! of it is left.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::time::{Duration, Instant};

use sqlflow_tests_pipelines::Project;

/// Cancels what runs in `work` once it told `event`, and looks that nothing is left.
///
/// Mutations: `look_around` that does not catch up with the log, and `Workers::cancel` that
/// does nothing: no run here ends.
#[track_caller]
fn cancels(project: &Project, event: &str) {
    let mut running = project.start(&["work"]);
    running.until(event);
    let began = Instant::now();
    let cancelled = project.sqlflow(&["runs", "cancel", &running.id, "--wait"]).ok();
    let took = began.elapsed();
    assert!(cancelled.out.contains("is cancelled"), "{}", cancelled.out);
    assert!(took < Duration::from_secs(5), "acceptance bar C15: {took:?}");
    println!("C15: cancelled after {took:?} ({event})");
    let again = project.sqlflow(&["runs", "cancel", &running.id]).ok();
    assert!(again.out.contains("is cancelled"), "{}", again.out);
    let shown = project.shown(&running.id);
    assert!(shown["finished_at"].is_string(), "{shown:#}");
    let (ended, _) = running.end();
    ended.exits(130);
    assert_eq!(project.files("output"), Vec::<String>::new());
    let tables = "SELECT count(*) AS n FROM duckdb_tables() WHERE schema_name = 'main'";
    let tables = project.sqlflow(&["query", tables, "--format", "csv"]).ok();
    assert_eq!(tables.out, "n\n0\n");
    project.sqlflow(&["runs", "verify"]).ok();
}

#[test]
fn a_long_query_is_interrupted_and_rolled_back() {
    let project = Project::with(
        "CREATE TABLE t AS SELECT count(*) AS n FROM range(10000000) AS a, range(10000000) AS b
         WHERE hash(a.range + b.range) = 1;",
    );
    cancels(&project, "step_started");
}

#[test]
fn a_source_that_blocks_is_told_to_stop() {
    let project = Project::with(
        "SOURCE s TYPE IN_MEMORY PARAMS
         { \"table\": \"kept\", \"rows\": [{\"id\": 1}], \"fault\": \"hang\", \"fault_at\": \"batch\" };
         LOAD t FROM s;",
    );
    cancels(&project, "step_started");
}

#[test]
fn a_step_that_waits_for_its_next_attempt_does_not_begin_it() {
    let project = Project::with(
        "SOURCE s TYPE IN_MEMORY PARAMS
         { \"table\": \"kept\", \"rows\": [{\"id\": 1}], \"fault\": \"busy\", \"fault_at\": \"batch\" };
         LOAD t FROM s OPTIONS { \"retry\": { \"first_delay\": \"60s\" } };",
    );
    cancels(&project, "step_retry_scheduled");
}

#[test]
fn a_large_export_leaves_no_file() {
    let project = Project::with(
        "EXPORT SELECT range AS n, hash(range) AS h FROM range(4000000000)
         TO 'output/large.csv' TYPE CSV;",
    );
    cancels(&project, "step_started");
}

/// Mutation: `cancel` that never takes over a run whose process has died; it only asks, and
/// nobody answers.
#[test]
fn a_run_whose_process_was_killed_is_cancelled_by_who_asks() {
    let project =
        Project::with("CREATE TABLE t AS SELECT sum(range) AS n FROM range(9e15::BIGINT);");
    let mut running = project.start(&["work"]);
    running.until("step_started");
    let id = running.kill();
    assert_eq!(project.shown(&id)["status"], "interrupted");
    let cancelled = project.sqlflow(&["runs", "cancel", &id]).ok();
    assert_eq!(cancelled.out, format!("run {id} is cancelled\n"));
    assert_eq!(project.shown(&id)["status"], "cancelled");
    project.sqlflow(&["runs", "verify", &id]).ok();
}
