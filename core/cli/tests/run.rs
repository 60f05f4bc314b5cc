//! `sqlflow run` on pipelines that need no plugin.

mod support;

use serde_json::Value;
use support::Project;

const GREEN: &str = "CREATE TABLE t AS SELECT 1 AS a;\nCREATE TABLE u AS SELECT a FROM t;\n";
/// Binds, and fails on its row.
const RED: &str =
    "CREATE TABLE t AS SELECT 'x' AS a;\nCREATE TABLE u AS SELECT a::INTEGER FROM t;\n";

#[test]
fn a_green_run_ends_with_0_and_says_ok() {
    let ended = Project::of(&[("a", GREEN)]).sqlflow(&["run", "a"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let last = ended.stdout.lines().last().unwrap();
    assert!(last.starts_with("ok  2/2 steps · "), "{last}");
    let first = ended.stderr.lines().next().unwrap();
    assert!(first.starts_with("in memory: tables are gone when the run ends"), "{first}");
    let finished = ended.stderr.lines().filter(|line| line.starts_with("● transform")).count();
    assert_eq!(finished, 2, "{}", ended.stderr);
}

#[test]
fn a_failed_run_ends_with_5_and_names_the_step() {
    let ended = Project::of(&[("a", RED)]).sqlflow(&["run", "a"]);
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    let last = ended.stdout.lines().last().unwrap();
    assert!(last.starts_with("failed  1/2 steps · transform u ("), "{last}");
    assert!(ended.stderr.contains("error[SF"), "{}", ended.stderr);
    assert!(ended.stderr.contains("\n  step: transform_u"), "{}", ended.stderr);
}

#[test]
fn exit_code_result_and_last_event_agree() {
    let check = |text: &str, code: i64, status: &str| {
        let project = Project::of(&[("a", text)]);
        let ended = project.sqlflow(&["run", "a", "--format", "json"]);
        let document = ended.json();
        assert_eq!(i64::from(ended.code), code);
        assert_eq!((&document["status"], &document["exit_code"]), (&status.into(), &code.into()));
        let log = project.sqlflow(&["run", "a", "--log", "json"]);
        assert_eq!(i64::from(log.code), code);
        let events: Vec<Value> =
            log.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let last = events.last().unwrap();
        assert_eq!(last["kind"], format!("run_{status}"));
        let places: Vec<_> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
        assert_eq!(places, (1..=events.len() as u64).collect::<Vec<_>>());
    };
    check(GREEN, 0, "succeeded");
    check(RED, 5, "failed");
}

#[test]
fn the_json_result_has_every_step_with_its_outcome() {
    let document = Project::of(&[("a", RED)]).sqlflow(&["run", "a", "--format", "json"]).json();
    let steps = document["steps"].as_array().unwrap();
    let outcomes: Vec<_> =
        steps.iter().map(|step| (step["name"].as_str(), step["status"].as_str())).collect();
    assert_eq!(outcomes, [(Some("t"), Some("succeeded")), (Some("u"), Some("failed"))]);
    assert_eq!(document["failed_step"], steps[1]["id"]);
    assert_eq!(document["error"], steps[1]["error"]);
    assert_eq!(document["run_id"].as_str().unwrap().len(), 36);
    assert_eq!(steps[0]["result"]["rows_out"], 1);
}

#[test]
fn a_quiet_run_prints_only_what_went_wrong() {
    let green = Project::of(&[("a", GREEN)]).sqlflow(&["run", "a", "--quiet"]);
    assert_eq!((green.code, green.stdout.as_str(), green.stderr.as_str()), (0, "", ""));
    let red = Project::of(&[("a", RED)]).sqlflow(&["run", "a", "-q"]);
    assert!(red.stderr.starts_with("error[SF"), "{}", red.stderr);
    assert!(red.stdout.starts_with("failed  "), "{}", red.stdout);
}

#[test]
fn the_words_of_sqlflow_do_the_same() {
    let project = Project::of(&[("a", GREEN)]);
    let check = |args: &[&str], expect: &str| {
        let ended = project.sqlflow(args);
        assert_eq!(ended.code, 0, "{args:?}: {}", ended.stderr);
        assert!(ended.stdout.starts_with(expect), "{args:?}: {}", ended.stdout);
    };
    check(&["pipeline", "run", "a"], "ok  2/2 steps");
    check(&["pipeline", "validate"], "ok  a  2 steps");
    check(&["pipeline", "list"], "a\n");
}

#[test]
fn a_path_is_taken_for_a_name_and_variables_reach_the_sql() {
    let project = Project::of(&[("a", "CREATE TABLE t AS SELECT ${n} AS n;\n")]);
    let ended = project.sqlflow(&["run", "pipelines/a.sf", "--vars", r#"{"n": 3}"#]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let missing = project.sqlflow(&["run", "a"]);
    assert!(missing.stderr.contains("the variable `n` is not defined"), "{}", missing.stderr);
}
