//! The order of several pipelines, and parts of one.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use sqlflow_plan::{Plan, pipeline_order};
use support::demo;

fn order(pipelines: &[&str]) -> (Vec<usize>, Vec<String>) {
    let plans: Vec<Plan> = pipelines.iter().map(|text| demo(text).plan()).collect();
    let order = pipeline_order(&plans.iter().collect::<Vec<_>>());
    let cycles = order.cycles.iter();
    let cycles = cycles.map(|cycle| {
        let span = cycle.diagnostic.span.range();
        format!("{} {}", cycle.plan, &pipelines[cycle.plan][span])
    });
    (order.order, cycles.collect())
}

#[track_caller]
fn check(pipelines: &[&str], expect: &[usize]) {
    assert_eq!(order(pipelines), (expect.to_vec(), vec![]), "{pipelines:?}");
}

/// Mutation tried: readers come before makers; red.
#[test]
fn a_pipeline_runs_after_those_that_make_what_it_reads() {
    let (a, b, c) = (
        "CREATE TABLE a AS SELECT 1 AS n;",
        "CREATE TABLE b AS SELECT * FROM A;",
        "EXPORT main.b TO 'b.csv' TYPE csv;",
    );
    check(&[a, b, c], &[0, 1, 2]);
    check(&[c, b, a], &[2, 1, 0]);
    check(&[b, c, a], &[2, 0, 1]);
}

#[test]
fn independent_pipelines_keep_the_order_given() {
    check(&["CREATE TABLE a AS SELECT 1;", "CREATE TABLE b AS SELECT 1;"], &[0, 1]);
    // A table of a schema is another one, and a CTE is none.
    check(
        &[
            "CREATE TABLE x AS SELECT * FROM s.a;",
            "CREATE TABLE y AS WITH a AS (SELECT 1) SELECT * FROM a;",
            "CREATE TABLE a AS SELECT 1;",
        ],
        &[0, 1, 2],
    );
}

#[test]
fn a_table_that_a_pipeline_makes_itself_is_its_own() {
    check(
        &[
            "CREATE TABLE a AS SELECT 1 AS n; CREATE TABLE b AS SELECT * FROM a;",
            "CREATE OR REPLACE TABLE a AS SELECT 2 AS n;",
        ],
        &[0, 1],
    );
}

#[test]
fn what_the_parser_cannot_read_is_searched_for_names() {
    check(
        &[
            "CREATE TABLE p AS PIVOT a ON x USING sum(n);",
            "CREATE TABLE a AS SELECT 1 AS x, 2 AS n;",
        ],
        &[1, 0],
    );
}

#[test]
fn pipelines_that_wait_for_each_other_are_told_at_the_statement_that_reads() {
    let (order, cycles) = order(&[
        "CREATE TABLE z AS SELECT 1; CREATE TABLE a AS SELECT * FROM b;",
        "CREATE TABLE b AS SELECT * FROM a;",
        "CREATE TABLE c AS SELECT 1;",
    ]);
    assert_eq!(order, [2, 0, 1]);
    assert_eq!(cycles, ["0 CREATE TABLE a AS SELECT * FROM b"]);
}
