//! SQL is kept byte for byte.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use sqlflow_syntax::{Exported, Sql, StatementKind, parse};

fn body(text: &str) -> Sql {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    let sql = match parsed.pipeline.statements.into_iter().next().map(|first| first.kind) {
        Some(StatementKind::Create(create)) => create.body,
        Some(StatementKind::Export(export)) => match export.what {
            Exported::Query(query) => query,
            Exported::Table(_) => panic!("a table: {text}"),
        },
        other => panic!("{other:?}"),
    };
    assert_eq!(&text[sql.span.range()], sql.text, "{text}");
    sql
}

const QUERIES: &[&str] = &[
    "SELECT 'Dr. Smith' a, 'two  spaces' b, 'it''s' c, 1e3 d, '( x )'::varchar e /* x; y */",
    "SELECT a::int, b <> c, d->>'$.x', e || f, 1.5e-3, x ** 2, [1, 2][1], {'a': 1}",
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "FROM t SELECT a WHERE b QUALIFY row_number() OVER () = 1",
    "(SELECT 1) UNION ALL (SELECT 2)",
    "SELECT E'it\\'s; \\\\' AS x",
    "SELECT $$a;b$$, $tag$ $$ ; ' \" $tag$",
    "SELECT \"semi;colon\", \"quo\"\"te;\", \"back\\\" FROM t",
    "SELECT 1 /* outer /* inner ; */ ; */ + 2 -- it's; \"odd\"",
    "SELECT 1 -- one;\n, 2",
    "SELECT mode, type, key, options, params, using_, test FROM source WHERE mode = 'x'",
    "SELECT ${limit|5}, '${name|it;s}', ${v|\"a } ; b\"} FROM t",
    "SELECT * FROM t WHERE d > @start_dt AND e LIKE '%;%' AND f = ?",
    "SELECT 'größer; ünd' AS \"naïve;\" , '😀;'",
    "SELECT CASE WHEN a THEN 1 END, EXTRACT(YEAR FROM b) FROM t",
    "SELECT a\nFROM t\nORDER BY to_date, \"to\"\n\n-- end",
    "VALUES (1, ';'), (2, '\n;\n')",
    "PIVOT t ON a USING sum(b)",
    "SELECT a$b, $1 FROM t",
];

#[test]
fn create_body_is_kept_byte_for_byte() {
    for query in QUERIES.iter().filter(|query| !query.contains("--")) {
        assert_eq!(body(&format!("CREATE TABLE t AS {query};")).text, *query);
        assert_eq!(body(&format!("CREATE VIEW t AS\n  {query}\n;\nSET a = 1;")).text, *query);
    }
}

#[test]
fn exported_query_is_kept_byte_for_byte() {
    for query in QUERIES.iter().filter(|query| !query.contains("--")) {
        for clauses in ["TYPE csv", "USING 'c' OPTIONS { \"a\": \"\\\";\" }", "from \"c\""] {
            let text = format!("EXPORT {query}\n TO \"place.csv\" {clauses} ;");
            assert_eq!(body(&text).text, *query);
        }
    }
}

#[test]
fn final_line_comment_keeps_its_line_end() {
    for query in QUERIES.iter().filter(|query| query.contains("--")) {
        let expect = if query.rsplit('\n').next().is_some_and(|last| last.contains("--")) {
            format!("{query}\n")
        } else {
            (*query).to_owned()
        };
        assert_eq!(body(&format!("CREATE TABLE t AS {query}\n\n ;")).text, expect);
        assert_eq!(body(&format!("EXPORT {query}\nTO 'x' TYPE csv;")).text, expect);
    }
}

#[test]
fn to_inside_a_query_does_not_end_it() {
    for query in [
        "SELECT a AS to FROM t",
        "SELECT a AS to FROM t WHERE x SIMILAR TO 'abc'",
        "SELECT a SIMILAR TO 'two\nlines' FROM t",
        "SELECT to \"b\" FROM \"c\"",
        "SELECT p.to \"b\" FROM p",
        "SELECT p.to \"b\" FROM \"c\" p",
        "SELECT \"to\" 'x' FROM p",
        "SELECT ' TO \"x\" TYPE csv' FROM p",
        "SELECT (SELECT 1 FROM t TO 'y' TYPE csv)",
        "SELECT 1 /* TO 'y' TYPE csv */ + 1",
        "SELECT INTERVAL '1' YEAR TO MONTH",
        "SELECT $$ TO 'y' TYPE csv $$",
    ] {
        assert_eq!(body(&format!("EXPORT {query} TO 'x.csv' TYPE csv;")).text, query);
        assert_eq!(body(&format!("EXPORT {query} to \"x\" using \"c\" OPTIONS {{}};")).text, query);
    }
}

#[test]
fn body_may_be_bracketed_without_a_blank_after_as() {
    assert_eq!(body("CREATE TABLE t AS(SELECT 1);").text, "(SELECT 1)");
    assert_eq!(body("CREATE TABLE t AS/* why */SELECT 1;").text, "/* why */SELECT 1");
}
