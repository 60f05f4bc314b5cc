//! `sqlflow plugin …` on files that are no plugins.

mod support;

use support::Project;

#[test]
fn a_broken_plugin_is_listed_with_its_reason_and_disturbs_nothing() {
    let project = Project::of(&[("a", "CREATE TABLE t AS SELECT 1 AS a;\n")]);
    project.write("plugins/libsqlflow_connector_acme.so", "not a library");
    let named = ["--plugin", "plugins/libsqlflow_connector_acme.so"];
    let ended = project.sqlflow(&[&["plugin", "list"], &named[..]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("✗ libsqlflow_connector_acme.so: "), "{}", ended.stdout);
    let document =
        project.sqlflow(&[&["plugin", "list", "--format", "json"], &named[..]].concat()).json();
    let broken = &document[0];
    assert_eq!((&broken["usable"], &broken["name"]), (&false.into(), &serde_json::Value::Null));
    assert!(broken["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    let run = project.sqlflow(&[&["run", "a"], &named[..]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_file_is_inspected_without_a_project() {
    let project = Project::empty();
    project.write("x.so", "not a library");
    let ended = project.sqlflow(&["plugin", "inspect", "x.so"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("usable       false\n"), "{}", ended.stdout);
    assert!(ended.stdout.contains("reason       "), "{}", ended.stdout);
}

#[test]
fn a_connector_that_nobody_has_is_told_with_the_places_searched() {
    let ended = Project::of(&[]).sqlflow(&["plugin", "inspect", "nosuch"]);
    assert_eq!(ended.code, 1);
    assert!(
        ended.stderr.contains("error[SF0401]: there is no connector `nosuch`"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("help: "), "{}", ended.stderr);
}
