//! `sqlflow env …`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;

use serde_json::json;
use support::{Ended, Project};

/// What asks for names in every place that can, and in some that do not count.
const PIPELINE: &str = "\
-- ${IN_A_COMMENT}
SET MADE = 'x';
INCLUDE \"parts/more.sf\";
SOURCE s TYPE csv PARAMS { \"path\": \"${DATA}/a.csv\", \"list\": [\"${LISTED|x}\"] };
LOAD t FROM s WHERE a = '${FILTERED}';
IF ${env:region} == 'eu' THEN
  CREATE TABLE u AS SELECT ${MADE}, ${lower} /* ${SKIPPED} */ FROM t;
ELSE
  CREATE TABLE u AS SELECT '${ELSEWHERE}' FROM t;
END IF;
EXPORT u TO \"${OUT|out}/u.csv\" TYPE csv OPTIONS { \"delimiter\": ${SEP} };
";

fn project() -> Project {
    let project = Project::of(&[("a", PIPELINE), ("parts/more", "SET x = ${INCLUDED};\n")]);
    project.write(
        "profiles/dev.yml",
        "variables: { DATA: data }\nconnections: { c: { type: csv, params: { path: \"${PG}\" } } }\n",
    );
    project
}

fn names(document: &serde_json::Value) -> Vec<&str> {
    document.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

/// Mutations tried: comments are looked into; a name that SET makes is asked for; both red.
#[test]
fn every_name_that_is_referred_to_is_listed_and_no_other() {
    let list = project().sqlflow(&["env", "list", "--format", "json"]).json();
    let expect = ["ELSEWHERE", "FILTERED", "INCLUDED", "LISTED", "OUT", "PG", "SEP", "region"];
    assert_eq!(names(&list), expect);
    assert_eq!(list[0]["places"], json!(["a.sf:9:29"]));
    assert_eq!((&list[3]["required"], &list[5]["required"]), (&json!(false), &json!(true)));
}

#[test]
fn a_name_that_only_one_profile_defines_is_asked_for_with_the_other() {
    let project = project();
    project.write("profiles/prod.yml", "engine: {}\n");
    let all = project.sqlflow(&["env", "list", "--format", "json"]).json();
    assert!(names(&all).contains(&"DATA"), "{all}");
    let dev = project.sqlflow(&["env", "list", "-p", "dev", "--format", "json"]).json();
    assert!(!names(&dev).contains(&"DATA"), "{dev}");
}

#[test]
fn values_are_hidden_unless_they_are_asked_for() {
    let project = project();
    project.write(".env", "PG=from-dotenv\nSEP=lost\n");
    let run =
        |args: &[&str]| Ended::of(project.command(args).env("SEP", "from-env").output().unwrap());
    let hidden = run(&["env", "list"]).stdout;
    assert!(!hidden.contains("from-"), "{hidden}");
    assert!(hidden.contains("✓ .env") && hidden.contains("✗ not set"), "{hidden}");
    let shown = run(&["env", "list", "--show-values", "--prefix", "SE"]).stdout;
    assert!(shown.contains("from-env") && !shown.contains("PG"), "{shown}");
}

#[test]
fn one_value_is_printed_and_a_secret_only_when_asked_for() {
    let project = project();
    project.write(".env", "A=1\nPG_PASSWORD=s3cret\n");
    let check = |args: &[&str], code: i32, expect: &str| {
        let ended = project.sqlflow(&[&["env", "get"], args].concat());
        assert_eq!(ended.code, code, "{args:?}");
        assert!(
            format!("{}{}", ended.stdout, ended.stderr).contains(expect),
            "{args:?}: {ended:?}"
        );
    };
    check(&["A"], 0, "1\n");
    check(&["B", "--default", "x"], 0, "x\n");
    check(&["PG_PASSWORD"], 0, "***\n");
    check(&["PG_PASSWORD", "--show-values"], 0, "s3cret\n");
    check(&["PG_PASWORD"], 1, "did you mean `PG_PASSWORD`?");
    check(&["NOTHING"], 1, "error[SF0032]: `NOTHING` is not set");
}

#[test]
fn names_that_are_not_set_are_told_at_their_places() {
    let project = project();
    let ended = project.sqlflow(&["env", "check"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("[pipelines/a.sf:9:29]"), "{}", ended.stderr);
    assert!(ended.stderr.contains("set it with the line `PG=your-value` in"), "{}", ended.stderr);
    assert!(ended.stderr.contains("6 errors in 3 files\n"), "{}", ended.stderr);
    project.write(".env", "ELSEWHERE=1\nFILTERED=1\nINCLUDED=1\nPG=1\nSEP=1\nregion=eu\n");
    let ended = project.sqlflow(&["env", "check"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "ok  8 names referred to, 6 set\n"));
    let document = project.sqlflow(&["env", "check", "--format", "json"]).json();
    assert_eq!(document["findings"], json!([]));
    let missing = project.sqlflow(&["env", "check", "-p", "prod"]);
    assert!(missing.stderr.contains("error[SF0312]"), "{}", missing.stderr);
}

#[test]
fn a_broken_dotenv_is_told_with_its_line_and_without_its_content() {
    let project = project();
    project.write(".env", "A=1\ns3cret\n");
    for args in [&["env", "check"][..], &["env", "list"], &["run", "a"]] {
        let ended = project.sqlflow(args);
        assert_eq!(ended.code, 1, "{args:?}");
        assert!(ended.stderr.contains("error[SF0314]"), "{}", ended.stderr);
        assert!(ended.stderr.contains(".env:2: "), "{}", ended.stderr);
        assert!(!ended.stderr.contains("s3cret"), "{}", ended.stderr);
    }
}

#[test]
fn a_template_has_every_name_and_no_value_and_is_not_written_over() {
    let project = project();
    project.write(".env", "PG=s3cret\n");
    let ended = project.sqlflow(&["env", "template"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let written = || fs::read_to_string(project.path().join(".env.example")).unwrap();
    assert!(written().contains("\n# a.sf:4:63; default: x\n# LISTED=\n"), "{}", written());
    let commented: Vec<String> = written()
        .lines()
        .filter_map(|line| Some(line.strip_prefix("# ")?.strip_suffix('=')?.to_owned()))
        .collect();
    let expect = ["ELSEWHERE", "FILTERED", "INCLUDED", "LISTED", "OUT", "PG", "SEP", "region"];
    assert_eq!(commented, expect);
    assert!(!written().contains("s3cret"), "{}", written());
    project.write(".env.example", "mine\n");
    let refused = project.sqlflow(&["env", "template"]);
    assert_eq!((refused.code, written().as_str()), (1, "mine\n"));
    assert!(refused.stderr.contains("error[SF0033]"), "{}", refused.stderr);
    assert_eq!(project.sqlflow(&["env", "template", "--force"]).code, 0);
    assert!(written().contains("# PG="), "{}", written());
}
