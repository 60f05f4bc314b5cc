//! `check --offline`: schemas of earlier checks, and no connector is opened.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::{fs, os::unix::fs::PermissionsExt};

use sqlflow_tests_pipelines::{Project, Ran};

const PIPELINE: &str = "SOURCE raw TYPE CSV PARAMS {\"path\": \"data/a.csv\"};\nLOAD t FROM raw;\nCREATE TABLE u AS SELECT name FROM t;\n";

fn seen_once() -> Project {
    let project = Project::with(PIPELINE);
    project.write("data/a.csv", "id,name\n1,x\n");
    project.sqlflow(&["check"]).ok();
    project
}

fn offline(project: &Project) -> Ran {
    project.sqlflow(&["check", "--offline"])
}

/// Mutation tried: `--offline` asks the connector all the same; red.
#[test]
fn a_source_that_is_gone_is_checked_by_its_earlier_schema() {
    let project = seen_once();
    fs::remove_file(project.path("data/a.csv")).unwrap();
    project.sqlflow(&["check"]).exits(4).says(&["a.csv"]);
    let ran = offline(&project).ok();
    assert!(ran.out.contains("raw: schema as of "), "{}", ran.out);
    assert!(ran.out.contains(" ago"), "{}", ran.out);
    project.write("pipelines/work.sf", PIPELINE.replace("name", "nme"));
    offline(&project).exits(4).says(&["work.sf:3:26", "nme"]);
}

#[test]
fn a_source_that_no_check_has_seen_is_not_checked_and_not_wrong() {
    let project = Project::with(PIPELINE);
    let ran = offline(&project).ok();
    for step in ["source_raw", "load_t", "transform_u"] {
        assert!(ran.out.contains(&format!("{step} is not checked")), "{}", ran.out);
    }
}

/// Mutation tried: what a schema is kept under does not depend on the config; red.
#[test]
fn another_config_or_stream_has_no_schema_yet() {
    let project = seen_once();
    project.write("data/b.csv", "id\n1\n");
    project.write("pipelines/work.sf", PIPELINE.replace("a.csv", "b.csv"));
    let ran = offline(&project).ok();
    assert!(ran.out.contains("source_raw is not checked"), "{}", ran.out);
}

#[test]
fn online_the_schema_is_always_asked_for_again() {
    let project = seen_once();
    project.write("data/a.csv", "id,title\n1,x\n");
    project.sqlflow(&["check"]).exits(4).says(&["name"]);
    offline(&project).exits(4).says(&["name"]);
}

/// Mutation tried: the digest is not compared; red for the renamed column.
#[test]
fn a_damaged_schema_is_not_there() {
    let project = seen_once();
    let files = project.files(".sqlflow/schemas");
    assert_eq!(files.len(), 1, "{files:?}");
    let file = format!(".sqlflow/schemas/{}", files[0]);
    let whole = project.read(&file);
    let damaged = [
        String::new(),
        whole[..whole.len() / 2].to_owned(),
        whole.replace("\"name\": \"name\"", "\"name\": \"nome\""),
        "[]".into(),
    ];
    for text in damaged {
        assert_ne!(text, whole);
        project.write(&file, &text);
        let ran = offline(&project).ok();
        assert!(ran.out.contains("source_raw is not checked"), "{text}\n{}", ran.out);
    }
    fs::write(project.path(&file), [0xff, 0xfe]).unwrap();
    offline(&project).ok();
}

#[test]
fn what_is_kept_is_private_and_holds_no_secret() {
    let mut project = Project::with(&PIPELINE.replace("data/a.csv", "data/${TOKEN}.csv"));
    project.set("TOKEN", "hunter2");
    project.write("data/hunter2.csv", "id,name\n1,x\n");
    project.sqlflow(&["check"]).ok();
    let files = project.files(".sqlflow/schemas");
    assert_eq!(files.len(), 1, "{files:?}");
    let text = project.read(&format!(".sqlflow/schemas/{}", files[0]));
    assert!(!text.contains("hunter2") && !files[0].contains("hunter2"), "{text}");
    for folder in [".sqlflow", ".sqlflow/schemas"] {
        let mode = fs::metadata(project.path(folder)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{folder}");
    }
}

#[test]
fn a_place_that_cannot_be_written_to_keeps_nobody_from_checking() {
    let project = Project::with(PIPELINE);
    project.write("data/a.csv", "id,name\n1,x\n");
    project.write(".sqlflow", "a file in the way");
    project.sqlflow(&["check"]).ok();
}
