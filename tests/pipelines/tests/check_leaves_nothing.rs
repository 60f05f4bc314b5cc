//! A check moves no row and leaves nothing behind but `.sqlflow`; it knows the tables of the
//! warehouse and of the project's other pipelines.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Child, Stdio},
};

use sqlflow_tests_pipelines::Project;

/// Every file and folder with its bytes, without `.sqlflow`.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            if name == ".sqlflow" {
                continue;
            }
            let is_folder = path.is_dir();
            found.insert(name, if is_folder { Vec::new() } else { fs::read(&path).unwrap() });
            if is_folder {
                pending.push(path);
            }
        }
    }
    found
}

const PIPELINE: &str = "SOURCE raw TYPE CSV PARAMS {\"path\": \"data/a.csv\"};\nLOAD t FROM raw;\nCREATE TABLE s.u AS SELECT * FROM t;\nCREATE VIEW v AS SELECT id FROM t;\nEXPORT v TO 'output/v.csv' TYPE CSV;\n";

/// Mutation tried: the transaction of the check is committed; red.
#[test]
fn a_check_changes_no_byte_of_the_project() {
    let project = Project::with(PIPELINE);
    project.write("data/a.csv", "id\n1\n2\n");
    let check = || {
        let before = tree(&project.path(""));
        project.sqlflow(&["check"]).ok();
        project.sqlflow(&["check", "--offline"]).ok();
        assert_eq!(tree(&project.path("")), before);
    };
    check();
    project.run().ok();
    check();
    project.write(
        "pipelines/more.sf",
        "CREATE TABLE w AS SELECT * FROM t;\nCREATE TABLE x AS SELECT nope FROM t;\n",
    );
    let before = tree(&project.path(""));
    project.sqlflow(&["check", "more"]).exits(4);
    assert_eq!(tree(&project.path("")), before);
    let tables = project.sqlflow(&[
        "query",
        "SELECT schema_name || '.' || table_name AS t FROM duckdb_tables() WHERE schema_name <> '_sqlflow' ORDER BY t",
        "--format",
        "csv",
    ]);
    assert_eq!(tables.ok().out, "t\nmain.t\ns.u\n");
}

#[test]
fn tables_of_earlier_runs_are_known() {
    let project = Project::with("CREATE TABLE t AS SELECT 1 AS n;");
    project.run().ok();
    project.write("pipelines/next.sf", "CREATE TABLE u AS SELECT n FROM t;\n");
    project.sqlflow(&["check", "next"]).ok();
    project.write("pipelines/next.sf", "CREATE TABLE u AS SELECT m FROM t;\n");
    project.sqlflow(&["check", "next"]).exits(4).says(&["next.sf:1:26"]);
}

/// Mutation tried: the pipelines are checked by name; red.
#[test]
fn tables_that_other_pipelines_make_are_known_before_any_run() {
    let project = Project::new();
    project.write("pipelines/a.sf", "CREATE TABLE last AS SELECT n FROM middle;\n");
    project.write("pipelines/b.sf", "CREATE TABLE middle AS SELECT n + 1 AS n FROM first;\n");
    project.write("pipelines/c.sf", "CREATE TABLE first AS SELECT 1 AS n;\n");
    let ran = project.sqlflow(&["check"]).ok();
    assert_eq!(ran.err, "");
    let names: Vec<&str> = ran.out.lines().collect();
    assert_eq!(names, ["ok  a  1 step", "ok  b  1 step", "ok  c  1 step"]);
    project.sqlflow(&["check", "a"]).exits(4).says(&["a.sf:1:36", "middle"]);
}

#[test]
fn a_mistake_in_one_pipeline_is_none_of_those_that_read_its_tables() {
    let project = Project::new();
    project.write("pipelines/a.sf", "CREATE TABLE t AS SELECT n FROM u;\n");
    project.write("pipelines/b.sf", "CREATE TABLE u AS SELECT m FROM (SELECT 1 AS n);\n");
    let ran = project.sqlflow(&["check"]).exits(4).says(&["b.sf:1:26", "1 error in 1 file"]);
    assert!(ran.out.contains("transform_t is not checked: `u` is not known"), "{}", ran.out);
    project.write("pipelines/b.sf", "CREATE TABLE u SELECT 1 AS n;\n");
    project.sqlflow(&["check"]).exits(2).says(&["b.sf:1:", "1 error in 1 file"]);
}

#[test]
fn pipelines_that_wait_for_each_other_are_told() {
    let project = Project::new();
    project.write("pipelines/a.sf", "CREATE TABLE t AS SELECT 1 AS n FROM u;\n");
    project.write("pipelines/b.sf", "CREATE TABLE u AS SELECT 1 AS n FROM t;\n");
    project.sqlflow(&["check"]).exits(4).says(&["SF0260", "a → b → a"]);
    project.sqlflow(&["run", "--all"]).exits(4).says(&["a.sf:1:38"]);
}

/// A process that holds the database until it is killed.
fn hold(project: &Project) -> Child {
    let endless = "SELECT max(a.range * b.range) FROM range(100000000) a, range(100000000) b";
    let mut holder = None::<Child>;
    while !project.sqlflow(&["status"]).ok().out.contains("held by") {
        // To look holds it too, for a moment in which the other one may have come.
        let ended = holder.as_mut().is_none_or(|one| one.try_wait().unwrap().is_some());
        if ended {
            let mut command = project.command(&["query", endless]);
            let command = command.stdout(Stdio::null()).stderr(Stdio::null());
            holder = Some(command.spawn().unwrap());
        }
    }
    holder.unwrap()
}

#[test]
fn of_a_database_that_another_process_holds_nothing_is_known_and_nothing_wrong() {
    let project = Project::with("CREATE TABLE t AS SELECT 1 AS n;");
    project.run().ok();
    project.write("pipelines/work.sf", "CREATE TABLE u AS SELECT n FROM t;\nCREATE TABLE v AS SELECT nope FROM (SELECT 1 AS n);\nCREATE TABLE w AS SELECT n FROM u;\n");
    let mut holder = hold(&project);
    let ran = project.sqlflow(&["check", "--format", "json"]);
    let status = project.sqlflow(&["status", "--format", "json"]);
    holder.kill().unwrap();
    holder.wait().unwrap();
    let document: serde_json::Value = serde_json::from_str(&ran.exits(4).out).unwrap();
    assert!(document["held_by"].as_str().unwrap().contains("sqlflow"), "{document}");
    assert_eq!(document["findings"].as_array().unwrap().len(), 1, "{document}");
    assert_eq!(document["findings"][0]["line"], 2, "{document}");
    let status: serde_json::Value = serde_json::from_str(&status.ok().out).unwrap();
    assert_eq!(status["database"]["state"], "held", "{status}");
}
