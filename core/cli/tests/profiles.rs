//! `sqlflow profiles …`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::json;
use support::{Ended, Project};

fn two() -> Project {
    let project = Project::empty();
    project.write("profiles/dev.yml", "engine: { path: \":memory:\" }\nvariables: { n: 1 }\n");
    project.write(
        "profiles/prod.yml",
        "connections: { web: { type: csv, params: { path: a.csv, delimiter: \"${SEP}\" } } }\n",
    );
    project
}

#[test]
fn profiles_are_listed_with_the_one_in_use_and_why() {
    let project = two();
    let list = project.sqlflow(&["profiles", "list", "--format", "json"]).json();
    let dev = json!({
        "name": "dev", "file": "profiles/dev.yml", "valid": true, "problems": null,
        "engine": "duckdb, in memory", "connections": 0, "in_use": true, "because": "the default",
    });
    assert_eq!(list[0], dev);
    assert_eq!(
        (&list[1]["engine"], &list[1]["connections"]),
        (&json!("duckdb warehouse/prod.duckdb"), &json!(1))
    );
    let mut command = project.command(&["profiles", "list", "--format", "json"]);
    let list = Ended::of(command.env("SQLFLOW_PROFILE", "prod").output().unwrap()).json();
    assert_eq!(
        (&list[0]["in_use"], &list[1]["because"]),
        (&json!(false), &json!("SQLFLOW_PROFILE"))
    );
    let text = project.sqlflow(&["profiles", "list", "-p", "prdo"]).stdout;
    assert!(text.contains("would be `prdo` (--profile), which is not there"), "{text}");
    assert!(Project::empty().sqlflow(&["profiles", "list"]).stdout.starts_with("no profiles: "));
}

#[test]
fn a_profile_is_shown_by_section_with_origins() {
    let project = two();
    let text = project.sqlflow(&["profiles", "show", "dev", "--section", "variables"]).stdout;
    assert_eq!(text, "dev  (profiles/dev.yml)\n\nvariables\n  n = 1  (the profile)\n");
    let mut command = project.command(&["profiles", "show", "prod", "--format", "json"]);
    let shown = Ended::of(command.env("SEP", "s3cret").output().unwrap());
    assert!(!shown.stdout.contains("s3cret"), "{}", shown.stdout);
    let params = &shown.json()["connections"][0]["params"];
    let path = json!({
        "name": "path", "value": "a.csv", "secret": false, "unset": null, "origin": "the profile",
    });
    assert_eq!(params[0], path);
    assert_eq!((&params[1]["secret"], &params[1]["value"]), (&json!(true), &json!(null)));
    let unset = project.sqlflow(&["profiles", "show", "prod"]).stdout;
    assert!(unset.contains("    delimiter has no value: `SEP` is not set"), "{unset}");
    let missing = project.sqlflow(&["profiles", "show", "prd"]);
    assert_eq!(missing.code, 1);
    assert!(missing.stderr.contains("did you mean `prod`?"), "{}", missing.stderr);
}

#[test]
fn all_profiles_are_validated_or_one() {
    let project = two();
    let ended = project.sqlflow(&["profiles", "validate"]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (0, "2/2 profiles valid\n"),
        "{}",
        ended.stderr
    );
    project.write("profiles/bad.yml", "engin: {}\nvarables: {}\n");
    let ended = project.sqlflow(&["profiles", "validate"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (1, "2/3 profiles valid\n"));
    assert!(ended.stderr.contains("[profiles/bad.yml:1:1]"), "{}", ended.stderr);
    assert!(ended.stderr.contains("did you mean `variables`?"), "{}", ended.stderr);
    assert_eq!(project.sqlflow(&["profiles", "validate", "dev"]).stdout, "1/1 profile valid\n");
    let json = project.sqlflow(&["profiles", "validate", "--format", "json"]).json();
    assert_eq!((&json["exit_code"], json["findings"].as_array().unwrap().len()), (&json!(1), 2));
    let missing = project.sqlflow(&["profiles", "validate", "prd"]);
    assert_eq!(missing.code, 1);
    assert!(missing.stderr.contains("error[SF0312]"), "{}", missing.stderr);
    assert!(Project::empty().sqlflow(&["profiles", "validate"]).stderr.contains("error[SF0030]"));
}
