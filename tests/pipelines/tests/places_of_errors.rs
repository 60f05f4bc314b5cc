//! Where an error of the engine stands in the pipeline's text, whatever was substituted before it.

use sqlflow_tests_pipelines::Project;

#[track_caller]
fn check(pipeline: &str, vars: &str, expect: &[&str]) {
    let project = Project::with(pipeline);
    project.sqlflow(&["check", "--vars", vars]).exits(4).says(expect);
}

/// Mutation tried: `SqlText::origin` hands the offset on; red.
#[test]
fn values_before_the_error_that_are_longer_than_their_names_do_not_move_it() {
    let long = format!("{{\"v\": \"{}\", \"n\": 1000000}}", "x".repeat(500));
    check(
        "CREATE TABLE t AS SELECT '${v}' AS a, ${v} AS b, ${n} AS c, nope;\n",
        &long,
        &["work.sf:1:61"],
    );
    check(
        "CREATE TABLE t AS\n  SELECT '${v}' AS a,\n    ${n} AS c, nope;\n",
        &long,
        &["work.sf:3:16"],
    );
    check("EXPORT SELECT '${v}' AS a, nope TO 'output/x' TYPE CSV;\n", &long, &["work.sf:1:28"]);
    check("CREATE TABLE t AS SELECT '${v}' AS a, nope;\n", "v=", &["work.sf:1:39"]);
}

#[test]
fn letters_of_several_bytes_count_as_one() {
    check(
        "CREATE TABLE t AS SELECT 'Größe €' AS \"ß\", '${v}' AS v, nope;\n",
        "v=日本語",
        &["work.sf:1:57"],
    );
    check("CREATE TABLE t AS SELECT 1 AS \"größe\", nöpe;\n", "", &["work.sf:1:40", "nöpe"]);
}

#[test]
fn an_error_in_an_included_file_is_told_there() {
    let project = Project::with(
        "SET v = 'a long enough value';\nINCLUDE \"lib/more.sf\";\nCREATE TABLE z AS SELECT nada;\n",
    );
    project.write(
        "pipelines/lib/more.sf",
        "-- größer\nCREATE TABLE a AS\n  SELECT '${v}' AS v, nope;\n",
    );
    let ran = project.sqlflow(&["check", "work"]).exits(4);
    ran.says(&["more.sf:3:23", "work.sf:3:26", "2 errors in 2 files"]);
}

/// Mutation tried: a place in a value is taken for one behind the reference; red.
#[test]
fn an_error_inside_a_value_points_at_the_reference_and_names_it() {
    check(
        "CREATE TABLE t AS SELECT ${what!raw}, 1 AS n;\n",
        "{\"what\": \"1 AS a, nope\"}",
        &["work.sf:1:26", "in the value of ${what!raw}", "nope"],
    );
    check(
        "CREATE TABLE t AS SELECT 1 AS n FROM ${table};\n",
        "table=nothing",
        &["work.sf:1:38", "in the value of ${table}", "nothing"],
    );
}

#[test]
fn a_secret_that_the_engine_repeats_is_masked() {
    let mut project = Project::with("CREATE TABLE t AS SELECT 1 AS n FROM ${TOKEN};\n");
    project.set("TOKEN", "hunter2");
    let ran = project.sqlflow(&["check"]).exits(4).says(&["work.sf:1:38", "***"]);
    assert!(!ran.err.contains("hunter2"), "{}", ran.err);
}
