//! `status` and `pipeline compile`.

mod support;

use serde_json::json;
use support::Project;

#[test]
fn the_project_is_shown_at_a_glance() {
    let project =
        Project::of(&[("daily", "CREATE TABLE t AS SELECT 1 AS n;\nCREATE VIEW v AS FROM t;\n")]);
    project.write("profiles/dev.yml", "engine: { type: duckdb, path: data.duckdb }\n");
    project.write("profiles/prod.yml", "engine: { type: duckdb, path: \":memory:\" }\n");
    let status = |args: &[&str]| {
        let ended = project.sqlflow(&[&["status"], args].concat());
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        ended
    };
    let text = status(&[]).stdout;
    for line in [
        "profile    dev  (the default)",
        "profiles   2  (dev, prod)",
        "pipelines  1  (daily)",
        "database   data.duckdb  (not made yet)",
        "hint       `sqlflow run daily`",
    ] {
        assert!(text.contains(&format!("{line}\n")), "{line}\n{text}");
    }
    assert!(!project.path().join("data.duckdb").exists(), "to look is not to make");
    assert_eq!(project.sqlflow(&["run", "daily"]).code, 0);
    let document = status(&["--format", "json"]).json();
    assert_eq!(document["database"]["state"], "open");
    assert_eq!(
        document["database"]["tables"],
        json!([{"name": "t", "rows": 1}, {"name": "v", "rows": null}])
    );
    assert!(document["database"]["bytes"].as_u64().unwrap() > 0);
    let text = status(&["--profile", "prod"]).stdout;
    assert!(text.contains("prod  (--profile)") && text.contains("in memory"), "{text}");
    project.write("data.duckdb", "no database");
    assert_eq!(status(&["--format", "json"]).json()["database"]["state"], "unusable");
}

#[test]
fn a_folder_without_anything_has_a_status_too() {
    let project = Project::empty();
    let ended = project.sqlflow(&["status"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("sqlflow init"), "{}", ended.stdout);
}

#[test]
fn plans_are_written_as_json_with_their_secrets_masked() {
    let project = Project::of(&[
        ("a", "CREATE TABLE t AS SELECT '${TOKEN}' AS token;\n"),
        ("daily/b", "CREATE TABLE u AS SELECT 1 AS n;\n"),
    ]);
    let compile = |args: &[&str]| {
        let mut command = project.command(&[&["pipeline", "compile"], args].concat());
        let output = command.env("TOKEN", "hunter2").output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, told) = compile(&[]);
    assert_eq!(code, Some(0));
    assert_eq!(told, "→ target/compiled/a.json  1 step\n→ target/compiled/daily/b.json  1 step\n");
    let read = |path: &str| std::fs::read_to_string(project.path().join(path)).unwrap();
    let text = read("target/compiled/a.json");
    assert!(!text.contains("hunter2"), "{text}");
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let keys: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["pipeline_name", "operations", "operation_count"]);
    assert_eq!(document["pipeline_name"], "a");
    assert_eq!(document["operation_count"], 1);
    assert_eq!(document["operations"][0]["id"], "transform_t");
    let (code, told) = compile(&["daily/b", "--output-dir", "out"]);
    assert_eq!((code, told.as_str()), (Some(0), "→ out/compiled/daily/b.json  1 step\n"));
    assert!(read("out/compiled/daily/b.json").contains("transform_u"));
    project.write("pipelines/a.sf", "LAOD t;\n");
    assert_eq!(compile(&["a"]).0, Some(2));
}
