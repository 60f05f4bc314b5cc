//! What stops a run, or keeps it from beginning, has its code and its exit code.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use sqlflow_tests_pipelines::Project;

/// Mutation: `classify` of core/run/src/errors.rs gives `Locked` another code.
#[test]
fn a_database_that_another_process_holds_is_told_with_its_holder() {
    let project = Project::with("CREATE TABLE t AS SELECT 1 AS n;");
    project.write(
        "pipelines/slow.sf",
        "CREATE TABLE s AS SELECT sum(range) AS n FROM range(9e15::BIGINT);",
    );
    let mut holder = project.command(&["run", "slow", "--log", "json"]);
    let mut holder = holder.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("step_started")), "the query runs");
    // The worker holds it, not the process that watches over the worker.
    let children = format!("/proc/{0}/task/{0}/children", holder.id());
    let pid = format!("PID {}", fs::read_to_string(children).unwrap().trim());
    let ran = project.run();
    holder.kill().unwrap();
    holder.wait().unwrap();
    ran.exits(3).says(&["error[SF0502]", "dev.duckdb", &pid, "help: wait until it ends"]);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let project = Project::with("CREATE TABLE t AS SELECT 1 AS n;");
    project.write("warehouse/dev.duckdb", "no database, but longer than the head of one is\n");
    project.run().exits(4).says(&["error[SF0503]", "dev.duckdb", "not a valid DuckDB database"]);
    assert!(project.read("warehouse/dev.duckdb").starts_with("no database"));
}

#[test]
fn a_step_that_needs_more_memory_than_it_may_have_ends_with_7() {
    let project = Project::with("CREATE TABLE t AS SELECT list(range) AS l FROM range(20000000);");
    let engine = "engine: { path: \":memory:\", memory_limit: 20MB, threads: 1 }\n";
    project.write("profiles/dev.yml", engine);
    project.run().exits(7).says(&["error[SF0505]", "step: transform_t", "raise `memory_limit`"]);
}

#[test]
fn a_value_that_does_not_fit_stops_its_step() {
    let project = Project::with(
        "CREATE TABLE t AS SELECT 'x' AS n FROM range(3);\nCREATE TABLE u AS SELECT n::INTEGER AS n FROM t;",
    );
    project.run().exits(5).says(&["error[SF0506]", "'x'", "step: transform_u"]);
}

/// Mutation: `made_by` of core/run/src/warehouse.rs is always true.
#[test]
fn a_table_that_another_pipeline_made_is_not_replaced() {
    let project = Project::with("CREATE TABLE t AS SELECT 1 AS n;");
    project.run().ok();
    project.write("pipelines/other.sf", "CREATE TABLE t AS SELECT 2 AS n;");
    for verb in ["check", "run"] {
        let ran = project.sqlflow(&[verb, "other"]).exits(4);
        ran.says(&["error[SF0507]: `t` is there already", "other.sf:1:14", "CREATE OR REPLACE"]);
    }
    let kept = project.sqlflow(&["query", "FROM t", "--format", "csv"]).ok();
    assert_eq!(kept.out, "n\n1\n");
}

#[test]
fn a_pipeline_that_is_no_text_is_refused() {
    let project = Project::new();
    project.write("pipelines/work.sf", b"SET a = '\xff';");
    project.run().exits(1).says(&["error[SF0801]", "work.sf", "UTF-8"]);
}

#[test]
fn what_cannot_be_looked_at_is_told_with_what_can() {
    let project = Project::with("CREATE TABLE t AS SELECT 1 AS n;");
    for arguments in [&["preview", "orders"][..], &["preview", "orders", "--pipeline", "work"]] {
        project.sqlflow(arguments).exits(1).says(&["error[SF0803]", "`orders`", "help: "]);
    }
}
