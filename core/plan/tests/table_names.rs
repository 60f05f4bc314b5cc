//! Which tables a query reads.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::demo;

/// The tables among a, b, c and s.d that the query reads.
fn reads(query: &str) -> Vec<String> {
    let text = format!(
        "CREATE TABLE a AS SELECT 1 AS x; CREATE TABLE b AS SELECT 1 AS x;
         CREATE TABLE c AS SELECT 1 AS x; CREATE TABLE s.d AS SELECT 1 AS x;
         CREATE TABLE year AS SELECT 1 AS x; CREATE TABLE made AS {query}\n;"
    );
    let plan = demo(&text).plan();
    let names = plan.step("transform_made").unwrap().depends_on.iter();
    names.map(|id| id.replace("transform_", "")).collect()
}

#[track_caller]
fn check(query: &str, expect: &[&str]) {
    assert_eq!(reads(query), expect, "{query}");
}

#[test]
fn tables_are_found_wherever_they_stand() {
    check("SELECT * FROM a, b JOIN c ON true", &["a", "b", "c"]);
    check("FROM a", &["a"]);
    check("SELECT (SELECT max(x) FROM a) FROM b WHERE x IN (SELECT x FROM c)", &["a", "b", "c"]);
    check("SELECT * FROM a UNION ALL BY NAME SELECT * FROM S.D", &["a", "s.d"]);
    check("SELECT * FROM main.a, other.b, memory.main.c", &["a"]);
    check("SELECT * FROM \"A\" AS t", &["a"]);
}

#[test]
fn words_that_are_no_tables_are_left_out() {
    check("SELECT extract(YEAR FROM x) FROM a", &["a"]);
    check("SELECT a.x AS b FROM (SELECT 1 AS x) AS a", &[]);
    check("SELECT 'a', $$ FROM b $$ -- FROM c", &[]);
    check("SELECT * FROM range(3) AS a", &[]);
    check("SELECT * FROM 'a'", &[]);
    check("SELECT c FROM b", &["b"]);
}

#[test]
fn a_cte_hides_the_table_of_its_name_from_its_query_only() {
    check("WITH a AS (SELECT 1) SELECT * FROM a", &[]);
    check("WITH a AS (SELECT * FROM a) SELECT * FROM a", &["a"]);
    check("WITH x AS (SELECT * FROM b), b AS (SELECT * FROM x) SELECT * FROM b", &["b"]);
    check("WITH a AS (SELECT 1), x AS (SELECT * FROM a) SELECT * FROM x", &[]);
    check("WITH RECURSIVE a AS (SELECT 1 UNION ALL SELECT * FROM a) FROM a", &[]);
    check("SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a), a", &["a"]);
    check("WITH a AS (SELECT 1) SELECT * FROM (SELECT * FROM a) JOIN main.b ON true", &["b"]);
}

#[test]
fn what_the_parser_cannot_read_is_searched_for_known_names() {
    // PIVOT and TABLESAMPLE with a percentage are DuckDB's own.
    check("PIVOT a ON x USING sum(x)", &["a"]);
    check("SELECT * FROM a TABLESAMPLE 10%, s.d -- b", &["a", "s.d"]);
    check("PIVOT made ON x", &[]);
    check("PIVOT \"C\" ON 'a'", &["c"]);
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let depth = 2_000;
    let deep = format!("SELECT {}1{} FROM a", "(".repeat(depth), ")".repeat(depth));
    check(&deep, &["a"]);
    let nested = format!("{}SELECT * FROM b{}", "SELECT * FROM (".repeat(500), ")".repeat(500));
    check(&nested, &["b"]);
    check(&format!("SELECT {} x FROM a", "NOT ".repeat(100_000)), &["a"]);
}

#[test]
fn a_long_chain_of_operators_does_not_overflow_the_stack() {
    for length in [1_000, 4_900, 200_000] {
        check(&format!("SELECT 1{} FROM a", " + 1".repeat(length)), &["a"]);
    }
    let union = "SELECT 1 UNION ALL ".repeat(3_000);
    check(&format!("{union} SELECT x FROM c"), &["c"]);
}
