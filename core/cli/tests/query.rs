//! `sqlflow query`, `list` and `plan`, which need no plugin.

mod support;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::json;
use support::{Ended, Project};

fn query(sql: &str, format: &str) -> Ended {
    Project::of(&[]).sqlflow(&["query", sql, "--format", format])
}

#[test]
fn csv_has_a_header_quotes_and_empty_fields_for_null() {
    let check = |sql: &str, expect: &str| {
        let ended = query(sql, "csv");
        assert_eq!((ended.code, ended.stdout.as_str()), (0, expect), "{sql}: {}", ended.stderr);
    };
    check("SELECT 1 AS a, 'x,\"y' AS b, NULL AS c", "a,b,c\n1,\"x,\"\"y\",\n");
    check("SELECT 1.50::DECIMAL(10, 2) AS d", "d\n1.50\n");
    check("SELECT [1, 2] AS l", "l\n\"[1, 2]\"\n");
    check("SELECT 1 AS a WHERE false", "a\n");
}

#[test]
fn json_is_one_array_with_nulls_and_nested_values() {
    let check = |sql: &str, expect: serde_json::Value| {
        assert_eq!(query(sql, "json").json(), expect, "{sql}");
    };
    check("SELECT 1 AS a, NULL AS b", json!([{ "a": 1, "b": null }]));
    check("SELECT [1] AS l, {'x': 'y'} AS s", json!([{ "l": [1], "s": { "x": "y" } }]));
    check("SELECT map {'k': 1} AS m", json!([{ "m": { "k": 1 } }]));
    check("SELECT map {1: 2} AS m", json!([{ "m": "{1: 2}" }]));
    check("SELECT 1 AS a WHERE false", json!([]));
}

#[test]
fn a_table_names_types_in_sql_and_hides_what_commands_a_terminal() {
    let ended =
        query("SELECT 1::BIGINT AS n, 'a' || chr(27) || '[31m' AS t, NULL::DATE AS d", "table");
    let expect = "\
┌────────┬─────────┬──────┐
│      n ┆ t       ┆ d    │
│ BIGINT ┆ VARCHAR ┆ DATE │
╞════════╪═════════╪══════╡
│      1 ┆ a?[31m  ┆ NULL │
└────────┴─────────┴──────┘
";
    assert_eq!(ended.stdout, expect);
}

#[test]
fn a_table_stops_at_a_thousand_rows_and_says_so() {
    let ended = query("SELECT * FROM range(2000)", "table");
    assert_eq!(ended.code, 0);
    assert_eq!(ended.stdout.lines().count(), 1_000 + 5);
    assert!(ended.stderr.contains("`--format csv` or `json` gives them all"), "{}", ended.stderr);
    let whole = query("SELECT * FROM range(1000)", "table");
    assert_eq!(whole.stderr, "");
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let project = Project::of(&[]);
    let mut command =
        project.command(&["query", "SELECT * FROM range(100000000)", "--format", "csv"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    // The reader is dropped with its pipe.
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(first, "range\n");
    let ended = Ended::of(child.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}

#[test]
fn a_query_only_reads_and_its_mistakes_go_to_standard_error() {
    let check = |sql: &str, code: i32| {
        let ended = query(sql, "json");
        assert_eq!((ended.code, ended.stdout.as_str()), (code, ""), "{sql}: {}", ended.stderr);
        assert!(ended.stderr.starts_with("error[SF"), "{sql}: {}", ended.stderr);
    };
    check("CREATE TABLE t AS SELECT 1", 1);
    check("SELECT nothing", 4);
}

#[test]
fn pipelines_are_listed_by_name_even_where_the_profile_is_wrong() {
    let project = Project::of(&[("b", ""), ("daily/a", "")]);
    project.write("profiles/dev.yml", "nonsense: 1\n");
    assert_eq!(project.sqlflow(&["list"]).stdout, "b\ndaily/a\n");
    let expect = json!([
        { "name": "b", "path": "pipelines/b.sf" },
        { "name": "daily/a", "path": "pipelines/daily/a.sf" },
    ]);
    assert_eq!(project.sqlflow(&["list", "--format", "json"]).json(), expect);
}

#[test]
fn a_plan_names_the_steps_in_their_order() {
    let text = "CREATE TABLE u AS SELECT a FROM t;\nCREATE TABLE t AS SELECT 1 AS a;\n";
    let project = Project::of(&[("a", text)]);
    let document = project.sqlflow(&["plan", "a", "--format", "json"]).json();
    let names: Vec<_> = document["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["t", "u"]);
    let text = project.sqlflow(&["plan", "a"]).stdout;
    assert!(text.find("table t").unwrap() < text.find("table u").unwrap(), "{text}");
}

#[test]
fn several_batches_make_one_csv_file_and_one_json_array() {
    let rows: Vec<u64> = (0..5_000).collect();
    let text = query("SELECT range AS n FROM range(5000)", "csv").stdout;
    let numbers: Vec<u64> = text.lines().skip(1).map(|line| line.parse().unwrap()).collect();
    assert_eq!((text.lines().next(), &numbers), (Some("n"), &rows));
    let array = query("SELECT range AS n FROM range(5000)", "json").json();
    let numbers: Vec<u64> =
        array.as_array().unwrap().iter().map(|row| row["n"].as_u64().unwrap()).collect();
    assert_eq!(numbers, rows);
}

#[test]
fn a_date_that_has_no_text_form_is_told_with_the_remedy() {
    let sql = "SELECT 'infinity'::DATE AS d";
    let ended = query(sql, "table");
    assert_eq!(ended.code, 5);
    assert!(ended.stderr.contains("error[SF0007]: the rows cannot be written"), "{}", ended.stderr);
    assert!(ended.stderr.contains("help: cast the column to VARCHAR"), "{}", ended.stderr);
    for sql in ["SELECT 'infinity'::TIMESTAMP AS d", "SELECT [{'d': 'infinity'::DATE}] AS l"] {
        let ended = query(sql, "json");
        assert_eq!((ended.code, ended.stdout.as_str()), (5, ""), "{sql}");
        assert!(ended.stderr.contains("error[SF0007]"), "{sql}: {}", ended.stderr);
    }
    let fine = query("SELECT [TIMESTAMP '2024-01-31 10:00:00'] AS l", "json").json();
    assert_eq!(fine, json!([{ "l": ["2024-01-31T10:00:00"] }]));
    let cast = query("SELECT 'infinity'::DATE::VARCHAR AS d", "csv");
    assert_eq!((cast.code, cast.stdout.as_str()), (0, "d\ninfinity\n"));
}
