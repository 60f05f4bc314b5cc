//! `sqlflow runs`, and the options of `run` that are about runs.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::time::{Duration, Instant};

use serde_json::Value;
use sqlflow_tests_pipelines::Project;

const ENDLESS: &str = "CREATE TABLE t AS SELECT sum(range) AS n FROM range(9e15::BIGINT);";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn ids(project: &Project, arguments: &[&str]) -> Vec<String> {
    let listed = project.sqlflow(&[&["runs", "list", "--format", "json"], arguments].concat()).ok();
    let listed = json(&listed.out);
    let id = |run: &Value| run["run_id"].as_str().unwrap().to_owned();
    listed.as_array().unwrap().iter().map(id).collect()
}

/// C5. Mutation: `runs show` that opens the database; red.
#[test]
fn a_run_is_shown_while_another_process_holds_the_database() {
    let project =
        Project::with(&format!("CREATE TABLE a AS SELECT range AS n FROM range(5);\n{ENDLESS}"));
    let mut running = project.start(&["work", "--max-parallel", "1"]);
    running.until("step_succeeded");
    running.until("step_started");
    project.sqlflow(&["query", "SELECT 1"]).exits(3).says(&["SF0502"]);
    let shown = project.shown(&running.id);
    assert_eq!(shown["status"], "running");
    let steps = shown["steps"].as_array().unwrap();
    assert_eq!(
        (&steps[0]["status"], &steps[0]["result"]["rows_out"]),
        (&"succeeded".into(), &5.into())
    );
    assert_eq!((&steps[1]["status"], &steps[1]["attempt"]), (&"running".into(), &1.into()));
    let text = project.sqlflow(&["runs", "show"]).ok().out;
    assert!(text.contains("transform_t") && text.contains("running"), "{text}");
    let status = project.sqlflow(&["status"]).ok().out;
    assert!(status.contains("work  running"), "{status}");
    running.kill();
}

/// C6. Mutations: `history` without the project's filter, and pages that overlap; red.
#[test]
fn runs_are_listed_newest_first_and_by_what_is_asked_for() {
    let project = Project::with("CREATE TABLE a AS SELECT 1 AS n;");
    project
        .write("pipelines/other.sf", "CREATE TABLE o AS SELECT 'x'::INTEGER AS n FROM range(1);");
    assert_eq!(ids(&project, &[]), Vec::<String>::new());
    assert!(!project.path(".sqlflow/runs.db").exists(), "to look is not to make");
    for _ in 0..3 {
        project.run().ok();
    }
    project.sqlflow(&["run", "other"]).exits(5);
    let all = ids(&project, &[]);
    let mut sorted = all.clone();
    sorted.sort_by(|one, other| other.cmp(one));
    assert_eq!((all.len(), &all), (4, &sorted), "ids grow with time");
    assert_eq!(ids(&project, &["--limit", "2"]), all[..2]);
    assert_eq!(ids(&project, &["--pipeline", "other"]), all[..1]);
    assert_eq!(ids(&project, &["--status", "failed"]), all[..1]);
    assert_eq!(ids(&project, &["--status", "succeeded"]), all[1..]);
    assert_eq!(ids(&project, &["--step", "transform_a"]), all[1..]);
    assert_eq!(ids(&project, &["--step", "transform_a:failed"]), Vec::<String>::new());
    assert_eq!(ids(&project, &["--since", "1h"]), all);
    assert_eq!(ids(&project, &["--since", "2999-01-01T00:00:00Z"]), Vec::<String>::new());
    project.sqlflow(&["runs", "rebuild", "--check"]).ok();
    let verified = project.sqlflow(&["runs", "verify"]).ok();
    assert_eq!(verified.out, "ok  4 runs verified\n");
    let prefix = &all[0][..20];
    assert!(ids(&project, &[]).iter().filter(|id| id.starts_with(prefix)).count() >= 1);
    assert_eq!(project.shown("last")["run_id"], all[0].as_str());
}

#[test]
fn a_run_is_found_by_what_no_other_id_begins_with() {
    let project = Project::with("CREATE TABLE a AS SELECT 1 AS n;");
    let refused = |run: &str, says: &[&str]| {
        project.sqlflow(&["runs", "show", run]).exits(1).says(says);
    };
    refused("last", &["error[SF0512]"]);
    project.run().ok();
    project.run().ok();
    let all = ids(&project, &[]);
    refused("0", &["error[SF0513]", "write more"]);
    refused("zzz", &["error[SF0512]", "runs list"]);
    refused("019c5b1e-7a00-7000-8000-000000000001", &["error[SF0702]"]);
    for run in &all {
        assert_eq!(project.shown(&run[..35])["run_id"], run.as_str());
    }
    project.sqlflow(&["runs", "resume", "never"]).exits(1).says(&["error[SF0512]"]);
    project.write("pipelines/never.sf", "CREATE TABLE b AS SELECT 1 AS n;");
    project.sqlflow(&["runs", "resume", "never"]).exits(1).says(&["error[SF0821]"]);
    project
        .write("pipelines/broken.sf", "CREATE TABLE c AS SELECT 'x'::INTEGER AS n FROM range(1);");
    project.sqlflow(&["run", "broken"]).exits(5);
    std::fs::remove_file(project.path("pipelines/broken.sf")).unwrap();
    project.sqlflow(&["runs", "resume", "last"]).exits(1).says(&["error[SF0514]", "broken"]);
}

/// Mutation: `can_be_resumed` always false; red.
#[test]
fn old_runs_are_removed_with_their_markers_and_those_that_can_go_on_are_kept() {
    let project = Project::with("CREATE TABLE a AS SELECT 1 AS n;");
    for _ in 0..3 {
        project.run().ok();
    }
    project
        .write("pipelines/other.sf", "CREATE TABLE o AS SELECT 'x'::INTEGER AS n FROM range(1);");
    project.sqlflow(&["run", "other"]).exits(5);
    let all = ids(&project, &[]);
    let markers = || {
        let sql = "SELECT count(*) AS n FROM _sqlflow.commits";
        project.sqlflow(&["query", sql, "--format", "csv"]).ok().out
    };
    assert_eq!(markers(), "n\n3\n");
    let dry = project.sqlflow(&["runs", "prune", "--older-than", "0s", "--dry-run"]).ok();
    assert!(dry.out.contains("3 runs would be removed"), "{}", dry.out);
    assert_eq!(ids(&project, &[]), all);
    let pruned = project.sqlflow(&["runs", "prune", "--keep", "1"]).ok();
    assert_eq!(pruned.out, "ok  2 runs removed\n");
    assert_eq!(ids(&project, &[]), all[..2]);
    assert_eq!(markers(), "n\n1\n");
    project.sqlflow(&["runs", "prune", "--older-than", "0s"]).ok();
    assert_eq!(ids(&project, &[]), all[..1], "the failed one can still be taken up");
    project.sqlflow(&["runs", "prune", "--older-than", "1 day"]).exits(1);
    project.sqlflow(&["runs", "prune"]).exits(1);
}

/// Mutation: a detached run that stays in the session of the one who started it; it ends with
/// the process group.
#[test]
fn a_detached_run_is_named_at_once_and_goes_on_alone() {
    let project = Project::with(ENDLESS);
    let began = Instant::now();
    let detached = project.sqlflow(&["run", "work", "--detach"]).ok();
    println!("detached after {:?}", began.elapsed());
    let id = detached.out.trim().to_owned();
    while project.sqlflow(&["runs", "show", &id]).code != Some(0) {
        assert!(began.elapsed() < Duration::from_secs(60), "it never begins");
    }
    let shown = project.shown(&id);
    assert_eq!(shown["status"], "running", "{shown:#}");
    let refused = project.run().exits(3);
    refused.says(&["error[SF0707]", "`work` is being run by PID", "--wait"]);
    project.sqlflow(&["runs", "cancel", &id, "--wait"]).ok();
    assert_eq!(project.shown(&id)["status"], "cancelled");
    let log = project.read(&format!(".sqlflow/logs/{id}.log"));
    assert!(log.contains("plan  1 step"), "{log}");
}

#[test]
fn a_run_waits_for_another_where_it_is_asked_to() {
    let project = Project::with(
        "CREATE TABLE a AS SELECT count(*) AS n FROM range(200000000) AS r WHERE hash(range) % 7 = 1;",
    );
    let mut running = project.start(&["work"]);
    running.until("step_started");
    project.sqlflow(&["run", "work", "--wait"]).ok();
    running.end().0.ok();
    assert_eq!(ids(&project, &["--status", "succeeded"]).len(), 2);
}

#[test]
fn a_run_without_state_leaves_none_and_a_fresh_one_gives_up_what_was_interrupted() {
    let project = Project::with(ENDLESS);
    let mut running = project.start(&["work"]);
    running.until("step_started");
    let id = running.kill();
    project.write("pipelines/work.sf", "CREATE TABLE t AS SELECT 1 AS n;");
    project.sqlflow(&["run", "work", "--fresh"]).ok();
    assert_eq!(project.shown(&id)["status"], "cancelled");
    assert_eq!(ids(&project, &[]).len(), 2);
    project.sqlflow(&["run", "work", "--no-state"]).ok();
    assert_eq!(ids(&project, &[]).len(), 2);
}

/// C11. Mutation: `Parallel` that takes one step at a time; red.
#[test]
fn independent_steps_run_at_a_time_and_no_more_of_them_than_is_allowed() {
    let source = |name: &str| {
        format!(
            "SOURCE {name}_s TYPE IN_MEMORY PARAMS {{ \"table\": \"kept\", \"rows\": [{{\"id\": 1}}], \"fault\": \"slow\",
             \"fault_at\": \"read\", \"fault_ms\": 2000 }};\nLOAD {name} FROM {name}_s;\n"
        )
    };
    let project = Project::with(&(source("a") + &source("b")));
    let ran = |most: &str| {
        project.sqlflow(&["run", "work", "--max-parallel", most]).ok();
        let shown = project.shown("last");
        Duration::from_micros(shown["duration_us"].as_u64().unwrap())
    };
    let (two, one) = (ran("2"), ran("1"));
    println!("C11: two sources of 2 s: {two:?} at a time, {one:?} one after the other");
    assert!(two < Duration::from_secs(3), "acceptance bar C11: {two:?}");
    assert!(one >= Duration::from_secs(4), "one at a time: {one:?}");
}

#[test]
fn a_run_that_cannot_be_detached_is_told() {
    let project = Project::with("CREATE TABLE a AS SELECT 1 AS n;");
    project.write(".sqlflow/logs", "a file where the folder of the logs should be");
    let refused = project.sqlflow(&["run", "work", "--detach"]).exits(5);
    refused.says(&["error[SF0820]", ".sqlflow/logs", "without --detach"]);
}
