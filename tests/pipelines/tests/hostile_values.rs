//! A variable's value stays a value, whatever it holds (S2).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use sqlflow_tests_pipelines::{Project, Ran};

/// Runs a pipeline that exports `'${v}'` and a bare `${v}`, with the value given as JSON.
fn run(value: &str) -> (Project, Ran) {
    let project = Project::with(
        "CREATE TABLE x AS SELECT 1 AS n;
         CREATE TABLE t AS SELECT '${v}' AS quoted, ${v} AS bare FROM x;
         EXPORT SELECT quoted = bare AS same, strlen(quoted) AS bytes, (SELECT count(*) FROM x) AS rows_of_x FROM t TO 'output/t.csv' TYPE CSV;",
    );
    let vars = serde_json::json!({ "v": value }).to_string();
    let ran = project.sqlflow(&["run", "work", "--vars", &vars]);
    (project, ran)
}

#[test]
fn hostile_values_stay_values() {
    let values = [
        "'; DROP TABLE x; --",
        "$$",
        "$$; DROP TABLE x; $$",
        "line one\nline two\r\n",
        "\"; DROP TABLE x; --",
        "\\'; DROP TABLE x; --",
        "/* ",
        "-- ",
        "${v}",
        "';",
    ];
    for value in values {
        let (project, ran) = run(value);
        if value == "${v}" && ran.code != Some(0) {
            // A value that names itself may be refused, but is never followed for ever.
            continue;
        }
        ran.ok();
        let expected = format!("same,bytes,rows_of_x\ntrue,{},1\n", value.len());
        assert_eq!(project.read("output/t.csv"), expected, "{value:?}");
    }
}

#[test]
fn a_value_with_a_nul_byte_is_refused_before_anything_runs() {
    let (project, ran) = run("a\0b");
    assert!(matches!(ran.code, Some(1 | 4)), "{ran:?}");
    assert!(project.files("output").is_empty());
}

#[test]
fn a_value_cannot_end_a_dollar_quote() {
    let project = Project::with(
        "CREATE TABLE t AS SELECT $q$${v}$q$ AS a; EXPORT t TO 'output/t.csv' TYPE CSV;",
    );
    project.sqlflow(&["run", "work", "--vars", r#"{"v": "fine $$"}"#]).ok();
    assert_eq!(project.read("output/t.csv"), "a\nfine $$\n");
    project
        .sqlflow(&["run", "work", "--vars", r#"{"v": "x$q$, 1"}"#])
        .exits(4)
        .says(&["work.sf:1:"]);
}
