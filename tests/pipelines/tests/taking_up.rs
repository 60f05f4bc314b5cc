//! What becomes of a run whose process died, was told to go, or whose pipeline changed meanwhile.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use sqlflow_tests_pipelines::Project;

const ENDLESS: &str = "SELECT sum(range) AS n FROM range(9e15::BIGINT)";

fn retrying(options: &str) -> Project {
    Project::with(&format!(
        "SOURCE s TYPE IN_MEMORY PARAMS
         {{ \"table\": \"kept\", \"rows\": [{{\"id\": 1}}], \"fault\": \"busy\", \"fault_at\": \"batch\" }};
         LOAD t FROM s OPTIONS {options};",
    ))
}

/// C19, the process of a run on this machine: no lease has to expire first.
///
/// Mutation: `is_live` without `is_dead`; red.
#[test]
fn a_killed_run_is_interrupted_at_once_and_the_next_run_goes_on_with_it() {
    let project =
        Project::with(&format!("CREATE TABLE a AS SELECT 7 AS n;\nCREATE TABLE b AS {ENDLESS};"));
    let mut running = project.start(&["work", "--max-parallel", "1"]);
    running.until("step_succeeded");
    running.until("step_started");
    let id = running.kill();
    assert_eq!(project.shown("last")["status"], "interrupted");
    let listed = project.sqlflow(&["runs", "list", "--status", "interrupted"]).ok();
    assert!(listed.out.contains(&id), "{}", listed.out);
    let status = project.sqlflow(&["status"]).ok();
    assert!(status.out.contains("interrupted"), "{}", status.out);
    project.write(
        "pipelines/work.sf",
        "CREATE TABLE a AS SELECT 7 AS n;\nCREATE TABLE b AS SELECT n FROM a;",
    );
    let resumed = project.run().ok();
    let resumed = resumed.says(&[&format!("resuming run {id}: 1 of 2 steps are done")]);
    assert!(resumed.out.starts_with("ok"), "{}", resumed.out);
    let shown = project.shown(&id);
    assert_eq!(
        (&shown["status"], shown["processes"].as_array().unwrap().len()),
        (&"succeeded".into(), 2)
    );
    project.sqlflow(&["runs", "verify", &id]).ok();
}

/// C17. Mutation: `check_unchanged` always content; red.
#[test]
fn a_step_that_is_done_and_has_changed_since_is_not_taken_for_done() {
    let text = |n: u32, cast: &str| {
        format!(
            "CREATE TABLE a AS SELECT 'x' AS v, {n} AS n;\nCREATE TABLE b AS SELECT v::{cast} AS v FROM a;"
        )
    };
    let project = Project::with(&text(1, "INTEGER"));
    project.run().exits(5);
    project.write("pipelines/work.sf", text(2, "VARCHAR"));
    let refused = project.sqlflow(&["runs", "resume", "last"]).exits(4);
    refused.says(&["error[SF0706]", "`transform_a`", "--fresh"]);
    project.write("pipelines/work.sf", text(1, "VARCHAR"));
    let resumed = project.sqlflow(&["runs", "resume", "work"]).ok();
    resumed.says(&["done: transform_a; to run: transform_b", "1 of 2 steps are done"]);
    let refused = project.sqlflow(&["runs", "resume", "last"]).exits(4);
    refused.says(&["error[SF0703]", "succeeded"]);
}

/// C12. Mutation: `next_attempt` that does not count; the run never ends.
#[test]
fn every_attempt_is_kept_with_its_error_and_the_last_one_fails_the_step() {
    let project = retrying("{ \"retry\": { \"max_attempts\": 3, \"first_delay\": 0.01 } }");
    project.run().exits(3).says(&["error[SF0601]", "again at"]);
    let shown = project.sqlflow(&["runs", "show", "--events"]).ok();
    let failed: Vec<&str> =
        shown.out.lines().filter(|line| line.contains("\"step_failed\"")).collect();
    assert_eq!(failed.len(), 3, "{}", shown.out);
    for (line, attempt) in failed.iter().zip(1..) {
        assert!(line.contains(&format!("\"attempt\":{attempt}")), "{line}");
        assert!(line.contains("the config orders a fault"), "{line}");
    }
    project.sqlflow(&["runs", "verify"]).ok();
}

/// C12. Mutation: `next_attempt` without `can_be_retried`; red.
#[test]
fn an_error_that_no_second_try_can_mend_is_not_tried_again() {
    let project = Project::with(
        "CREATE TABLE a AS SELECT 'x' AS v FROM range(3);
         CREATE TABLE b OPTIONS { \"retry\": { \"first_delay\": 0.01 } } AS SELECT v::INTEGER AS n FROM a;",
    );
    project.run().exits(5).says(&["error[SF0506]"]);
    assert_eq!(project.shown("last")["steps"][1]["attempt"], 1);
}

/// C12. Mutation: `resume` of core/state that queues what waits for its next attempt; red.
#[test]
fn the_time_of_the_next_attempt_survives_a_kill() {
    let project =
        retrying("{ \"retry\": { \"max_attempts\": 2, \"first_delay\": 3, \"jitter\": 0 } }");
    let mut running = project.start(&["work"]);
    running.until("step_retry_scheduled");
    let id = running.kill();
    let waiting = project.shown(&id);
    let due = waiting["steps"][1]["due_at"].as_str().unwrap().to_owned();
    assert_eq!(waiting["steps"][1]["status"], "retrying");
    project.run().exits(3);
    let ended = project.shown(&id);
    let began = ended["steps"][1]["started_at"].as_str().unwrap();
    assert!(began >= due.as_str(), "began {began}, due {due}");
    assert_eq!((&ended["steps"][1]["attempt"], &ended["status"]), (&2.into(), &"failed".into()));
    project.sqlflow(&["runs", "verify"]).ok();
}

/// Mutation tried: `last_run` that does not look at the profile; red, the other database lacks `a`.
#[test]
fn an_interrupted_run_is_taken_up_with_its_own_profile_alone() {
    let project = Project::with(
        "CREATE TABLE a AS SELECT 1 AS n;
         CREATE TABLE t AS SELECT count(*) AS c FROM a, range(${n}) AS x, range(${n}) AS y
         WHERE hash(x.range + y.range) = 1;",
    );
    project.write("profiles/other.yml", "engine: { path: other.duckdb }\n");
    let mut running = project.start(&["work", "--vars", "n=10000000"]);
    running.until("step_succeeded");
    let id = running.kill();
    project.sqlflow(&["run", "work", "--vars", "n=1", "--profile", "other"]).ok();
    assert_eq!(project.shown(&id)["status"], "interrupted");
    project.sqlflow(&["run", "work", "--vars", "n=1"]).ok();
    assert_eq!(project.shown(&id)["status"], "succeeded");
}

#[test]
fn a_step_that_takes_longer_than_its_timeout_fails_by_its_code() {
    let project =
        Project::with(&format!("CREATE TABLE t OPTIONS {{ \"timeout\": 0.2 }} AS {ENDLESS};"));
    project.run().exits(3).says(&["error[SF0510]", "timeout of 0.2 s", "step: transform_t"]);
}

#[test]
fn tables_in_memory_are_made_again_and_published_exports_are_not_sent_again() {
    let project = Project::new();
    project.write("profiles/dev.yml", "engine: { path: \":memory:\" }\n");
    let text = |last: &str| {
        format!(
            "CREATE TABLE a AS SELECT 1 AS n;\nEXPORT a TO 'output/a.csv' TYPE CSV;\nCREATE TABLE b AS {last};"
        )
    };
    project.write("pipelines/work.sf", text(ENDLESS));
    let mut running = project.start(&["work", "--max-parallel", "1"]);
    while running.until("step_succeeded")["step"] != "export_csv_a" {}
    running.until("step_started");
    running.kill();
    project.write("output/a.csv", "as it was published\n");
    project.write("pipelines/work.sf", text("SELECT n FROM a"));
    project.run().ok().says(&["2 of 3 steps are done", "not sent again"]);
    assert_eq!(project.read("output/a.csv"), "as it was published\n");
}
