//! `run -e`, `--select`, `--limit` and `--all`.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fmt::Write;

use sqlflow_tests_pipelines::Project;

fn csv(project: &Project, query: &str) -> String {
    project.sqlflow(&["query", query, "--format", "csv"]).ok().out
}

#[test]
fn statements_of_the_command_line_run_in_a_folder_without_profiles() {
    let project = Project::new();
    for folder in ["profiles", "pipelines", "output"] {
        std::fs::remove_dir_all(project.path(folder)).unwrap();
    }
    project.write("data/a.csv", "id\n1\n2\n");
    let statements = "SOURCE raw TYPE CSV PARAMS {\"path\": \"data/a.csv\"};
        LOAD t FROM raw; EXPORT SELECT sum(id) AS n FROM t TO 'data/n.csv' TYPE CSV -- no end";
    project.sqlflow(&["run", "-e", statements]).ok();
    assert_eq!(project.read("data/n.csv"), "n\n3\n");
    project
        .sqlflow(&["run", "-e", "CREATE TABLE u AS SELECT nope FROM t"])
        .exits(4)
        .says(&["inline:1:26"]);
    project.sqlflow(&["run", "work", "-e", "SET a = 1;"]).exits(1);
}

const STEPS: &str = "SOURCE raw TYPE CSV PARAMS {\"path\": \"data/a.csv\"};\nLOAD t FROM raw;\nCREATE TABLE u AS SELECT id + 1 AS id FROM t;\nCREATE TABLE v AS SELECT id + 1 AS id FROM u;\nEXPORT v TO 'output/v.csv' TYPE CSV;\n";

/// Mutation tried: a step that is left out stays a dependency; red.
#[test]
fn selected_steps_run_on_the_tables_of_earlier_runs() {
    let project = Project::with(STEPS);
    project.write("data/a.csv", "id\n1\n");
    let missing = project.sqlflow(&["run", "work", "--select", "v"]).exits(4);
    missing.says(&["work.sf:4:44", "`transform_u` makes it and was left out"]);
    let check = |selection: &str, expect: &str| {
        let ran = project.sqlflow(&["run", "work", "--select", selection]).ok();
        assert!(ran.out.contains(&format!("ok  {expect} · ")), "{selection}: {}", ran.out);
    };
    check("+u", "3/3 steps");
    assert_eq!(csv(&project, "FROM u"), "id\n2\n");
    check("v+", "2/2 steps");
    assert_eq!(project.read("output/v.csv"), "id\n3\n");
    project.write("data/a.csv", "id\n5\n");
    check("LOAD_T", "2/2 steps");
    assert_eq!(csv(&project, "SELECT t.id, u.id AS u FROM t, u"), "id,u\n5,2\n");
    check("u, v", "2/2 steps");
    assert_eq!(csv(&project, "FROM v"), "id\n7\n");
    check("+v+", "5/5 steps");
    let unknown = project.sqlflow(&["run", "work", "--select", "transform_w"]).exits(1);
    unknown.says(&["SF0261", "did you mean `transform_"]);
    project.sqlflow(&["run", "work", "--select", " , "]).exits(1).says(&["SF0262"]);
}

/// The row that is no number stands so far behind that it is met only by who reads all.
///
/// Mutation tried: the limit is not handed to the connector, and the stream does not stop; red.
#[test]
fn a_sample_reads_no_more_than_its_rows() {
    let mut rows = String::from("id\n");
    (0..2_000_000).for_each(|n| writeln!(rows, "{n}").unwrap());
    rows.push_str("not a number\n");
    let project = Project::with(
        "SOURCE raw TYPE CSV PARAMS {\"path\": \"data/a.csv\", \"columns\": {\"id\": \"BIGINT\"}};\nLOAD t FROM raw;\nCREATE TABLE s AS SELECT sum(id) AS n FROM raw;\n",
    );
    project.write("data/a.csv", rows);
    project.run().exits(5);
    let ran = project.sqlflow(&["run", "work", "--limit", "3"]).ok();
    assert!(ran.out.contains("SAMPLE of at most 3 rows a source"), "{}", ran.out);
    assert_eq!(csv(&project, "SELECT t.id, s.n FROM t, s"), "id,n\n0,3\n1,3\n2,3\n");
    let ran = project.sqlflow(&["run", "work", "--limit", "3", "--format", "json"]).ok();
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["sample"], 3);
    project.sqlflow(&["run", "work", "--limit", "0"]).exits(1);
}

fn three() -> Project {
    let project = Project::new();
    project.write(
        "pipelines/a.sf",
        "CREATE TABLE last AS SELECT n FROM middle;\nEXPORT last TO 'output/last.csv' TYPE CSV;\n",
    );
    project.write("pipelines/b.sf", "CREATE TABLE middle AS SELECT n + 1 AS n FROM first;\n");
    project.write("pipelines/c.sf", "CREATE TABLE first AS SELECT 1 AS n;\n");
    project
}

/// Mutation tried: they run by name; red.
#[test]
fn all_pipelines_run_in_the_order_of_the_tables_they_share() {
    let project = three();
    let ran = project.sqlflow(&["run", "--all"]).ok();
    assert_eq!(project.read("output/last.csv"), "n\n2\n");
    let summary: Vec<&str> = ran.out.split("\n\n").last().unwrap().lines().collect();
    let starts = ["ok  c · 1/1 steps", "ok  b · 1/1 steps", "ok  a · 2/2 steps"];
    assert_eq!(summary.len(), 3, "{}", ran.out);
    for (line, start) in summary.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
    let ran = project.sqlflow(&["run", "--all", "--format", "json"]).ok();
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let names: Vec<&str> = document["pipelines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| run["pipeline"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["c", "b", "a"]);
}

#[test]
fn the_first_pipeline_that_fails_is_the_last_that_runs() {
    let project = three();
    project.write(
        "pipelines/b.sf",
        "CREATE TABLE middle AS SELECT CASE WHEN n > 0 THEN error('no') ELSE 'x' END AS n FROM first;\n",
    );
    let ran = project.sqlflow(&["run", "--all"]).exits(5);
    assert!(ran.out.contains("failed  b · 0/1 steps"), "{}", ran.out);
    assert!(ran.out.ends_with("not run  a\n"), "{}", ran.out);
    assert!(project.files("output").is_empty());
}

#[test]
fn nothing_runs_where_any_pipeline_is_wrong() {
    let project = three();
    project.write("pipelines/a.sf", "CREATE TABLE last AS SELECT m FROM middle;\n");
    project.sqlflow(&["run", "--all"]).exits(4).says(&["a.sf:1:29"]);
    assert!(!project.path("warehouse").exists());
}
