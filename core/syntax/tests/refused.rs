//! What is not built yet is refused by name, once, and reading goes on.

use sqlflow_syntax::parse;

/// What is refused by name: text, place and feature.
const REFUSED: &[(&str, &str, &str)] = &[
    ("TEST 'keys' ON t EXPECT UNIQUE id;", "TEST", "TEST"),
    ("LOAD t (a, \"b c\") FROM s;", "(a, \"b c\")", "a column list in LOAD"),
    ("LOAD t FROM s WHERE mode = 'x;' AND (b > 1);", "WHERE", "WHERE in LOAD"),
    (
        "LOAD t FROM s INCREMENTAL BY c LOOKBACK 7 DAYS;",
        "INCREMENTAL BY c LOOKBACK 7 DAYS",
        "INCREMENTAL BY",
    ),
    ("LOAD t FROM s INCREMENTAL BY c MODE APPEND;", "INCREMENTAL BY c", "INCREMENTAL BY"),
    ("LOAD t FROM s MODE UPSERT KEY (a, b);", "MODE UPSERT KEY (a, b)", "MODE UPSERT in LOAD"),
    ("LOAD t FROM s MODE UPSERT KEY a, b;", "MODE UPSERT KEY a, b", "MODE UPSERT in LOAD"),
    ("LOAD t FROM s MODE upsert;", "MODE upsert", "MODE UPSERT in LOAD"),
    ("LOAD t FROM s MODE MERGE MERGE_KEYS (k);", "MODE MERGE MERGE_KEYS (k)", "MODE MERGE in LOAD"),
    ("LOAD t FROM s MODE DELETE INSERT;", "MODE DELETE INSERT", "MODE DELETE INSERT in LOAD"),
    ("LOAD t FROM s MODE INCREMENTAL BY c;", "MODE INCREMENTAL BY c", "MODE INCREMENTAL in LOAD"),
    ("CREATE TABLE t MODE APPEND AS SELECT 1;", "MODE APPEND", "MODE APPEND in CREATE TABLE"),
    ("CREATE VIEW t MODE REPLACE AS SELECT 1;", "MODE REPLACE", "MODE REPLACE in CREATE VIEW"),
    ("CREATE TABLE t INCREMENTAL BY c AS SELECT 1;", "INCREMENTAL BY c", "INCREMENTAL BY"),
    (
        "CREATE TABLE t MODE INCREMENTAL BY c LOOKBACK 1 DAY AS SELECT 1;",
        "MODE INCREMENTAL BY c LOOKBACK 1 DAY",
        "MODE INCREMENTAL in CREATE TABLE",
    ),
    ("EXPORT t TO 'x' TYPE csv MODE APPEND;", "MODE APPEND", "MODE APPEND in EXPORT"),
    (
        "EXPORT t TO 'x' USING 'c' MODE UPSERT KEY (a) OPTIONS {};",
        "MODE UPSERT KEY (a)",
        "MODE UPSERT in EXPORT",
    ),
];

fn found(text: &str) -> Vec<(&'static str, &str, String)> {
    let diagnostics = parse(text).diagnostics.into_iter();
    diagnostics.map(|found| (found.code, &text[found.span.range()], found.message)).collect()
}

fn check(text: &str, expect: &[(&str, &str, &str)]) {
    let found = found(text);
    let found: Vec<_> = found.iter().map(|(code, at, said)| (*code, *at, said.as_str())).collect();
    assert_eq!(found, expect, "{text}");
}

#[test]
fn unbuilt_features_are_refused_by_name() {
    for (text, at, feature) in REFUSED {
        check(text, &[("SF0110", at, &format!("{feature} is not supported yet"))]);
    }
}

#[test]
fn statements_after_a_refused_one_are_read() {
    for (text, _, _) in REFUSED {
        let alone = parse(text).pipeline.statements.len();
        let followed = parse(&format!("{text}\nLOAD after FROM s;"));
        assert_eq!(followed.diagnostics.len(), 1, "{text}");
        assert_eq!(followed.pipeline.statements.len(), alone + 1, "{text}");
    }
}

#[test]
fn refused_clauses_leave_their_statement_in_the_tree() {
    for (text, _, _) in REFUSED.iter().filter(|case| case.2 != "TEST") {
        assert_eq!(parse(text).pipeline.statements.len(), 1, "{text}");
    }
}

#[test]
fn two_refused_clauses_are_both_named() {
    check(
        "LOAD t (a) FROM s WHERE b = 1 INCREMENTAL BY c MODE UPSERT KEY (k) OPTIONS {};",
        &[
            ("SF0110", "(a)", "a column list in LOAD is not supported yet"),
            ("SF0110", "WHERE", "WHERE in LOAD is not supported yet"),
            ("SF0110", "INCREMENTAL BY c", "INCREMENTAL BY is not supported yet"),
            ("SF0110", "MODE UPSERT KEY (k)", "MODE UPSERT in LOAD is not supported yet"),
        ],
    );
}
