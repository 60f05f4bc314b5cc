//! All problems of a project come at once, one for each root cause.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use sqlflow_tests_pipelines::{Project, Ran};

/// The code and place of every finding, in the order of the files.
fn found(ran: &Ran) -> Vec<String> {
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let findings = document["findings"].as_array().cloned().unwrap_or_default();
    let place = |finding: &serde_json::Value| {
        let file = finding["file"].as_str().unwrap_or_default();
        let file = file.rsplit('/').next().unwrap_or_default();
        let code = finding["code"].as_str().unwrap_or_default();
        format!("{code} {file}:{}:{}", finding["line"], finding["column"])
    };
    findings.iter().map(place).collect()
}

#[track_caller]
fn check(project: &Project, expect: &[&str]) {
    let ran = project.sqlflow(&["check", "--format", "json"]);
    assert_eq!(found(&ran), expect, "{}", ran.out);
}

/// Mutation tried: a plan with an error has no steps; red, the wrong column is not told.
#[test]
fn an_unknown_source_does_not_hide_a_wrong_column() {
    let project = Project::with(
        "LOAD a FROM nowhere;\nCREATE TABLE b AS SELECT 1 AS n;\nCREATE TABLE c AS SELECT m FROM b;\nCREATE TABLE d AS SELECT x FROM a;\nEXPORT d TO 'output/d.csv' TYPE CSV;\n",
    );
    check(&project, &["SF0211 work.sf:1:13", "SF0501 work.sf:3:26"]);
    project.run().exits(4).says(&["work.sf:1:13", "work.sf:3:26", "2 errors"]);
    assert!(!project.path("warehouse").exists(), "nothing runs");
}

/// Mutation tried: names that a statement with a syntax error may give are reported; red.
#[test]
fn a_syntax_error_hides_nothing_and_accuses_nobody_who_reads_what_it_would_make() {
    let project = Project::with(
        "SOURCE raw TYPE CSV {\"path\": \"data/a.csv\"};\nLOAD t FROM raw;\nCREATE TABLE u AS SELECT * FROM t;\nSET v 'x';\nCREATE TABLE w AS SELECT ${v} AS v;\nCREATE TABLE x SELECT 1 AS n;\nCREATE TABLE y AS SELECT n FROM x;\nCREATE TABLE z AS SELECT nada FROM (SELECT 1 AS n);\n",
    );
    let ran = project.sqlflow(&["check", "--format", "json"]).exits(2);
    let found = found(&ran);
    let lines: Vec<&str> = found.iter().filter_map(|place| place.split(':').nth(1)).collect();
    assert_eq!(lines, ["1", "4", "6", "8"], "{found:?}");
}

#[test]
fn every_source_that_fails_is_told() {
    let project = Project::with(
        "SOURCE a TYPE CSV PARAMS {\"path\": \"data/none.csv\"};\nSOURCE b TYPE CSV PARAMS {\"path\": \"data/nil.csv\"};\nLOAD t FROM a;\nLOAD u FROM b;\nCREATE TABLE v AS SELECT * FROM t JOIN u USING (id);\n",
    );
    check(&project, &["SF0601 work.sf:1:1", "SF0601 work.sf:2:1"]);
}

/// Mutation tried: a connection that has failed is reported again; red.
#[test]
fn a_connection_that_two_sources_share_fails_once() {
    let project = Project::with(
        "SOURCE a FROM \"files\";\nSOURCE b FROM \"files\";\nLOAD t FROM a;\nLOAD u FROM b;\n",
    );
    let profile = |params: &str| {
        project.write(
            "profiles/dev.yml",
            format!("engine: {{ type: duckdb }}\nconnections:\n  files: {{ type: csv, params: {{ {params} }} }}\n"),
        );
    };
    profile("path: data/none.csv");
    check(&project, &["SF0601 work.sf:1:1"]);
    profile("paht: data/none.csv, path: data/a.csv");
    check(&project, &["SF0201 dev.yml:3:33"]);
}

/// Mutation tried: what an aborted transaction undid is not made again; red.
#[test]
fn an_error_that_aborts_the_engines_transaction_does_not_touch_the_next_steps() {
    let project = Project::with(
        "CREATE TABLE a AS SELECT 1 AS n;\nCREATE TABLE b AS SELECT date_part('yer', DATE '2020-01-01') AS y;\nCREATE TABLE c AS SELECT n + 1 AS m FROM a;\nCREATE TABLE d AS SELECT nope FROM c;\nEXPORT SELECT m FROM c TO 'output/c.csv' TYPE CSV;\n",
    );
    check(&project, &["SF0501 work.sf:2:19", "SF0501 work.sf:4:26"]);
}

/// Mutation tried: what an aborted transaction undid is not made again; red.
#[test]
fn an_error_that_aborts_the_engines_transaction_does_not_touch_other_pipelines() {
    let project = Project::new();
    let write = |name: &str, text: &str| project.write(&format!("pipelines/{name}.sf"), text);
    write(
        "a",
        "SOURCE raw TYPE CSV PARAMS {\"path\": \"data/a.csv\"};\nLOAD s.t FROM raw;\nCREATE VIEW v AS SELECT id FROM s.t;\n",
    );
    write("b", "CREATE TABLE w AS SELECT date_part('yer', DATE '2020-01-01') AS y;\n");
    write("c", "CREATE TABLE x AS SELECT id FROM v;\nCREATE TABLE y AS SELECT nope FROM s.t;\n");
    project.write("data/a.csv", "id\n1\n");
    check(&project, &["SF0501 b.sf:1:19", "SF0501 c.sf:2:26"]);
}

#[test]
fn one_of_two_sources_with_a_name_is_told_and_what_reads_it_is_not() {
    let project = Project::with(
        "SOURCE a TYPE CSV PARAMS {\"path\": \"data/a.csv\"};\nSOURCE a TYPE CSV PARAMS {\"path\": \"data/b.csv\"};\nLOAD t FROM a;\nCREATE TABLE u AS SELECT nope FROM t;\nCREATE TABLE v AS SELECT 1 AS n;\nCREATE TABLE v AS SELECT 'x' AS m;\nCREATE TABLE w AS SELECT n FROM v;\n",
    );
    check(&project, &["SF0212 work.sf:2:8", "SF0213 work.sf:6:14"]);
}

#[test]
fn a_query_that_ends_in_a_comment_moves_no_row_while_it_is_checked() {
    let project = Project::with(
        "CREATE TABLE a AS SELECT error('a row was read') AS n FROM range(1) -- why\n;\n",
    );
    check(&project, &[]);
}

#[test]
fn two_columns_of_one_name_and_a_constant_that_overflows_are_no_findings_of_an_export() {
    let project = Project::with(
        "EXPORT SELECT 1 AS a, 2 AS a TO 'output/a.csv' TYPE CSV;\nEXPORT FROM range(3) TO 'output/b.csv' TYPE CSV;\n",
    );
    check(&project, &[]);
}
