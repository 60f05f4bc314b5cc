//! What programs read: events as JSON lines, results and findings as JSON; all agree with the exit code.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use serde_json::Value;
use sqlflow_tests_pipelines::Project;

fn events(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).expect("one JSON event a line")).collect()
}

#[test]
fn events_are_gapless_and_tell_rows_of_every_step() {
    let project = Project::with(
        "SOURCE raw TYPE CSV PARAMS {\"path\": \"data/a.csv\"};\nLOAD t FROM raw;\nEXPORT t TO 'output/t.csv' TYPE CSV;\n",
    );
    project.write("data/a.csv", "n\n1\n2\n3\n");
    let ran = project.sqlflow(&["run", "work", "--log", "json"]).ok();
    let events = events(&ran.out);
    let seq: Vec<u64> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(seq, (1..=events.len() as u64).collect::<Vec<_>>());
    assert_eq!(events[0]["kind"], "run_started");
    assert_eq!(events.last().unwrap()["kind"], "run_succeeded");
    let rows = |step: &str, key: &str| {
        let done = events.iter().find(|e| e["kind"] == "step_succeeded" && e["step"] == step);
        done.unwrap_or_else(|| panic!("{step} in {events:#?}"))["data"][key].clone()
    };
    assert_eq!((rows("load_t", "rows_in"), rows("load_t", "rows_out")), (3.into(), 3.into()));
    assert_eq!(rows("export_csv_t", "rows_out"), 3);
    assert_eq!(rows("load_t", "output_schema")[0]["name"], "n");
}

#[test]
fn a_failed_run_agrees_with_its_exit_code_in_every_form() {
    let project = Project::with(
        "CREATE TABLE t AS SELECT 'x' AS n; EXPORT SELECT n::INT FROM t TO 'output/t.csv' TYPE CSV;",
    );
    let ran = project.sqlflow(&["run", "work", "--format", "json"]).exits(5);
    let result: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&result["status"], &result["exit_code"]), (&"failed".into(), &5.into()));
    let ran = project.sqlflow(&["run", "work", "--log", "json"]).exits(5);
    assert_eq!(events(&ran.out).last().unwrap()["kind"], "run_failed");
}

#[test]
fn findings_as_json_carry_code_and_place() {
    let project = Project::with("CREATE TABLE t AS SELECT nope FROM missing;");
    let ran = project.sqlflow(&["check", "work", "--format", "json"]).exits(4);
    let findings: Value = serde_json::from_str(&ran.out).unwrap();
    let text = findings.to_string();
    assert!(text.contains("SF0501") && text.contains("work.sf"), "{text}");
    let ran = project.sqlflow(&["check", "work", "--format", "github"]).exits(4);
    assert!(ran.out.starts_with("::error file=") && ran.out.contains("line=1"), "{}", ran.out);
}
