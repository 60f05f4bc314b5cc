//! TEST: its SQL, what it waits for and what waits for it.
//!
//! Mutation: let what a test waits for wait for the test too, or leave its guard out of the graph.

mod support;

use sqlflow_plan::{Action, Plan};
use support::{demo, edges, unbuilt};

fn query(plan: &Plan) -> String {
    let query = plan.steps.iter().find_map(|step| match &step.action {
        Action::Test(test) => Some(test.query.text.clone()),
        _ => None,
    });
    query.unwrap_or_default()
}

#[track_caller]
fn check(expect: &str, sql: &str) {
    let text = format!("TEST 'x' ON s.t EXPECT {expect};");
    assert_eq!(query(&demo(&text).vars("low=1").plan()), sql, "{text}");
}

/// Each query was run by hand in DuckDB 1.5 on tables with NULLs, empty tables and tables that are
/// as expected: it yields the rows named, and none where there is nothing wrong.
#[test]
fn an_expectation_becomes_a_query_for_what_is_not_as_expected() {
    check("NOT_NULL a, \"b c\"", "SELECT * FROM s.t WHERE a IS NULL OR \"b c\" IS NULL");
    check(
        "UNIQUE (a, b)",
        "SELECT a, b, count(*) AS how_often FROM s.t WHERE a IS NOT NULL AND b IS NOT NULL \
         GROUP BY a, b HAVING count(*) > 1",
    );
    check(
        "ACCEPTED_VALUES a ('x', ${low}, NULL)",
        "SELECT * FROM s.t WHERE NOT coalesce(a IN ('x', 1, NULL), a IS NULL)",
    );
    check(
        "RELATIONSHIPS a REFERENCES o(b)",
        "WITH _sqlflow_keys AS (SELECT b AS key FROM o) SELECT * FROM s.t \
         WHERE a IS NOT NULL AND a NOT IN (SELECT key FROM _sqlflow_keys WHERE key IS NOT NULL)",
    );
    check(
        "FRESH c WITHIN 2 HOURS",
        "SELECT max(c) AS newest FROM s.t HAVING max(c) IS NULL \
         OR epoch(max(c)) < epoch(CAST(now() AS TIMESTAMP) - INTERVAL '2 HOURS')",
    );
    check("ROWS >= 100", "SELECT count(*) AS found FROM s.t HAVING NOT (count(*) >= 100)");
    check("ROWS != 0", "SELECT count(*) AS found FROM s.t HAVING NOT (count(*) <> 0)");
    check("SELECT * FROM s.t WHERE a < ${low}", "SELECT * FROM s.t WHERE a < 1");
}

#[test]
fn ids_are_unique_and_made_of_table_and_name() {
    let text =
        "TEST 'No NULLs!' ON s.T EXPECT NOT_NULL a; TEST 'no nulls!' ON s.t EXPECT NOT_NULL b;";
    let plan = demo(text).plan();
    assert_eq!(support::ids(&plan), ["test_s.t_no_nulls_", "test_s.t_no_nulls__2"]);
}

#[test]
fn what_reads_a_table_waits_for_the_tests_that_guard_it() {
    let plan = demo(
        "CREATE TABLE t AS SELECT 1 AS a;
         EXPORT t TO 'x' TYPE csv;
         CREATE TABLE u AS SELECT * FROM t;
         TEST 'keys' ON t EXPECT UNIQUE a;",
    )
    .plan();
    let expect = [
        "transform_t",
        "test_t_keys <- transform_t",
        "export_csv_t <- transform_t, test_t_keys",
        "transform_u <- transform_t, test_t_keys",
    ];
    assert_eq!(edges(&plan), expect);
}

#[test]
fn a_warning_holds_nothing_back() {
    let plan = demo(
        "TEST 'keys' ON t EXPECT UNIQUE a SEVERITY WARN;
         CREATE TABLE t AS SELECT 1 AS a;
         EXPORT t TO 'x' TYPE csv;",
    )
    .plan();
    let expect = ["transform_t", "test_t_keys <- transform_t", "export_csv_t <- transform_t"];
    assert_eq!(edges(&plan), expect);
}

#[test]
fn a_test_sees_the_rows_of_the_writer_before_it() {
    let plan = demo(
        "SOURCE s TYPE csv PARAMS {\"path\": \"a\"};
         LOAD t FROM s;
         TEST 'few' ON t EXPECT ROWS < 10;
         LOAD t FROM s MODE APPEND;
         EXPORT t TO 'x' TYPE csv;",
    )
    .plan();
    let expect = [
        "source_s",
        "load_t <- source_s",
        "test_t_few <- load_t",
        "load_t_2 <- source_s, load_t, test_t_few",
        "export_csv_t <- load_t_2",
    ];
    assert_eq!(edges(&plan), expect);
}

#[test]
fn a_test_waits_for_every_table_it_reads_and_not_for_what_waits_for_it() {
    let plan = demo(
        "CREATE TABLE facts AS SELECT 1 AS id;
         CREATE TABLE keys AS SELECT id FROM facts;
         TEST 'known' ON facts EXPECT RELATIONSHIPS id REFERENCES keys(id);
         CREATE TABLE sums AS SELECT count(*) AS n FROM facts;",
    )
    .plan();
    let expect = [
        "transform_facts",
        "transform_keys <- transform_facts",
        "test_facts_known <- transform_facts, transform_keys",
        "transform_sums <- transform_facts, test_facts_known",
    ];
    assert_eq!(edges(&plan), expect);
}

#[test]
fn two_tests_never_wait_for_each_other() {
    // Each test's query reads what the other one guards.
    let plan = demo(
        "CREATE TABLE a AS SELECT 1 AS n;
         CREATE TABLE b AS SELECT 1 AS n;
         CREATE TABLE from_a AS SELECT * FROM a;
         CREATE TABLE from_b AS SELECT * FROM b;
         TEST 'x' ON a EXPECT SELECT * FROM a, from_b WHERE false;
         TEST 'y' ON b EXPECT SELECT * FROM b, from_a WHERE false;",
    )
    .plan();
    let expect = [
        "transform_a",
        "transform_b",
        "transform_from_b <- transform_b",
        "test_a_x <- transform_a, transform_from_b",
        "transform_from_a <- transform_a, test_a_x",
        "test_b_y <- transform_b, transform_from_a",
    ];
    assert_eq!(edges(&plan), expect);
}

#[test]
fn a_table_of_an_earlier_run_is_guarded_too() {
    let plan =
        demo("CREATE TABLE u AS SELECT * FROM old; TEST 'x' ON main.Old EXPECT NOT_NULL a;").plan();
    assert_eq!(edges(&plan), ["test_main.old_x", "transform_u <- test_main.old_x"]);
}

#[test]
fn a_view_is_seen_through() {
    let plan = demo(
        "CREATE TABLE t AS SELECT 1 AS a;
         CREATE VIEW v AS SELECT * FROM t;
         TEST 'x' ON t EXPECT NOT_NULL a;
         EXPORT v TO 'x' TYPE csv;",
    )
    .plan();
    let expect = [
        "transform_t",
        "test_t_x <- transform_t",
        "transform_v <- transform_t, test_t_x",
        "export_csv_v <- transform_t, test_t_x, transform_v",
    ];
    assert_eq!(edges(&plan), expect);
}

#[test]
fn a_test_is_not_run_yet_and_its_variables_are_checked() {
    let text = "TEST 'x' ON t EXPECT NOT_NULL a;";
    let what = text.trim_end_matches(';').to_owned();
    assert_eq!(unbuilt(&demo(text)), [(what, "TEST is not run yet".to_owned())]);
    let found = demo("TEST 'x' ON t EXPECT ACCEPTED_VALUES a (${nothing});").problem();
    assert_eq!((found.0, found.1.as_str()), ("SF0311", "${nothing}"));
}
