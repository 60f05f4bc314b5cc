//! The clauses of LOAD, CREATE and EXPORT, and TEST.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write;

use sqlflow_syntax::{
    Create, Expectation, Export, Ident, Load, ReadClause, Spanned, Statement, StatementKind, Test,
    TestSeverity, WriteMode, parse,
};

/// What a clause says, in words that do not depend on how it was written.
fn shown(read: Option<&ReadClause>, write: Option<&Spanned<WriteMode>>) -> String {
    let mut out = String::new();
    if let Some(read) = read {
        let _ = write!(out, "by {}", read.column.text);
        if let Some(lookback) = &read.lookback {
            let _ = write!(out, " back {}", lookback.value);
        }
    }
    if let Some(write) = write {
        let _ = write!(out, "[{}", write.value.words());
        if let WriteMode::Upsert { keys } = &write.value {
            let _ = write!(out, " {}", names(keys));
        }
        out.push(']');
    }
    out
}

fn names(names: &[Ident]) -> String {
    names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join("+")
}

fn only(text: &str) -> StatementKind {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    let [Statement { kind, .. }] = <[_; 1]>::try_from(parsed.pipeline.statements).unwrap();
    kind
}

fn check(text: &str, expect: &str) {
    let found = match only(text) {
        StatementKind::Load(Load { read, write, .. })
        | StatementKind::Create(Create { read, write, .. })
        | StatementKind::Export(Export { read, write, .. }) => shown(read.as_ref(), write.as_ref()),
        _ => "no clauses".to_owned(),
    };
    assert_eq!(found, expect, "{text}");
}

#[test]
fn clauses_stand_on_all_three_statements_in_any_order() {
    for (before, after) in
        [("LOAD t FROM s", ""), ("CREATE TABLE t", " AS SELECT 1"), ("EXPORT t TO 'x' TYPE c", "")]
    {
        let check =
            |clauses: &str, expect: &str| check(&format!("{before} {clauses}{after};"), expect);
        check("", "");
        check("MODE REPLACE", "[REPLACE]");
        check("mode append", "[APPEND]");
        check("MODE UPSERT KEY id", "[UPSERT id]");
        check("MODE UPSERT KEY a, b OPTIONS {}", "[UPSERT a+b]");
        check("MODE UPSERT KEY (a, \"b c\")", "[UPSERT a+b c]");
        check("MODE UPSERT", "[UPSERT ]");
        check("MODE DELETE INSERT", "[DELETE INSERT]");
        check("INCREMENTAL BY c", "by c");
        check("INCREMENTAL BY c LOOKBACK 1 day MODE APPEND", "by c back 1 DAY[APPEND]");
        check(
            "OPTIONS {} MODE APPEND INCREMENTAL BY c LOOKBACK 30 MINUTES",
            "by c back 30 MINUTES[APPEND]",
        );
    }
}

#[test]
fn sqlflows_spellings_mean_the_same() {
    check("LOAD t FROM s MODE MERGE MERGE_KEYS (k1, k2);", "[UPSERT k1+k2]");
    check("LOAD t FROM s MODE INCREMENTAL BY c;", "by c[DELETE INSERT]");
    check(
        "CREATE TABLE t MODE INCREMENTAL BY c LOOKBACK 2 MONTHS AS SELECT 1;",
        "by c back 2 MONTHS[DELETE INSERT]",
    );
}

#[test]
fn words_of_clauses_are_columns_too() {
    check("CREATE TABLE t AS SELECT mode, incremental FROM lookback WHERE mode = 'append';", "");
    let load = |text: &str| match only(text) {
        StatementKind::Load(load) => (names(&load.columns), load.filter.map(|sql| sql.text)),
        _ => (String::new(), None),
    };
    let check = |text: &str, columns: &str, filter: Option<&str>| {
        assert_eq!(load(text), (columns.to_owned(), filter.map(str::to_owned)), "{text}");
    };
    check("LOAD t (a, \"b c\") FROM s;", "a+b c", None);
    check(
        "LOAD t FROM s WHERE mode = 'x; MODE APPEND' AND (b > 1 OR mode IN (1)) MODE APPEND;",
        "",
        Some("mode = 'x; MODE APPEND' AND (b > 1 OR mode IN (1))"),
    );
    check("LOAD t FROM s WHERE d > '${d}' OPTIONS { \"a\": 1 };", "", Some("d > '${d}'"));
    check("LOAD t FROM s WHERE incremental INCREMENTAL BY c;", "", Some("incremental"));
}

#[test]
fn a_test_says_what_it_expects() {
    let test = |text: &str| match only(text) {
        StatementKind::Test(Test { name, table, expect, severity }) => {
            let severity = severity.map(|severity| severity.value);
            (name.value, table.to_string(), expected(&expect), severity)
        }
        _ => Default::default(),
    };
    let check = |expect: &str, shown: &str, severity: Option<TestSeverity>| {
        let text = format!("TEST \"n\" ON s.t EXPECT {expect};");
        assert_eq!(
            test(&text),
            ("n".to_owned(), "s.t".to_owned(), shown.to_owned(), severity),
            "{text}"
        );
    };
    check("NOT_NULL a, b", "no null in a+b", None);
    check("not_null (a)", "no null in a", None);
    check("UNIQUE (a, b) SEVERITY WARN", "unique a+b", Some(TestSeverity::Warn));
    check("ACCEPTED_VALUES a ('x', ')', 3)", "a one of 'x', ')', 3", None);
    check("RELATIONSHIPS a REFERENCES o(b)", "a in o.b", None);
    check("FRESH a WITHIN 2 HOURS SEVERITY error", "a within 2 HOURS", Some(TestSeverity::Error));
    check("ROWS >= 100", "GreaterOrEqual 100", None);
    check("SELECT * FROM t WHERE a < 0", "none of SELECT * FROM t WHERE a < 0", None);
    check(
        "WITH x AS (SELECT 1) SELECT severity FROM x SEVERITY WARN",
        "none of WITH x AS (SELECT 1) SELECT severity FROM x",
        Some(TestSeverity::Warn),
    );
}

fn expected(expect: &Expectation) -> String {
    match expect {
        Expectation::NotNull(columns) => format!("no null in {}", names(columns)),
        Expectation::Unique(columns) => format!("unique {}", names(columns)),
        Expectation::AcceptedValues { column, values } => {
            format!("{column} one of {}", values.text)
        }
        Expectation::Relationships { column, table, to } => format!("{column} in {table}.{to}"),
        Expectation::Fresh { column, within } => format!("{column} within {}", within.value),
        Expectation::Rows { relation, count } => format!("{relation:?} {}", count.value),
        Expectation::NoRows(sql) => format!("none of {}", sql.text),
    }
}

fn refused(text: &str, expect: &[(&str, &str, &str)]) {
    let found = parse(text).diagnostics;
    let found: Vec<_> = found
        .iter()
        .map(|found| (found.code, &text[found.span.range()], found.message.as_str()))
        .collect();
    assert_eq!(found, expect, "{text}");
}

#[test]
fn what_is_wrong_in_a_clause_is_told_at_its_place() {
    refused(
        "LOAD t FROM s MODE INCREMENTAL;",
        &[("SF0104", ";", "expected BY and a column after INCREMENTAL, found `;`")],
    );
    refused(
        "LOAD t FROM s INCREMENTAL BY c LOOKBACK '1 day';",
        &[("SF0127", "'1 day'", "expected a number and a unit after LOOKBACK, found `'1 day'`")],
    );
    refused(
        "LOAD t FROM s MODE UPSERT KEY (a;",
        &[("SF0104", ";", "expected `)` after the key columns, found `;`")],
    );
    refused(
        "LOAD t FROM s MODE UPSERT KEY ();",
        &[("SF0103", ")", "expected a key column, found `)`")],
    );
    refused(
        "LOAD t FROM s MODE DELETE;",
        &[("SF0104", ";", "expected INSERT after MODE DELETE, found `;`")],
    );
    refused(
        "LOAD t FROM s INCREMENTAL BY c MODE INCREMENTAL BY d;",
        &[("SF0119", "MODE", "INCREMENTAL stands twice in this statement")],
    );
    refused(
        "LOAD t FROM s MODE INCREMENTAL BY c INCREMENTAL BY d;",
        &[("SF0119", "INCREMENTAL", "INCREMENTAL stands twice in this statement")],
    );
    refused(
        "LOAD t FROM s WHERE;",
        &[("SF0107", ";", "expected a predicate after WHERE, found `;`")],
    );
}

#[test]
fn what_is_wrong_in_a_test_is_told_at_its_place() {
    refused(
        "TEST 'a' ON t EXPECT;",
        &[("SF0128", ";", "expected what the test expects, found `;`")],
    );
    refused("TEST a ON t;", &[("SF0105", "a", "expected a name in quotes after TEST, found `a`")]);
    refused(
        "TEST 'a' ON t EXPECT ROWS 3;",
        &[("SF0104", "3", "expected a comparison such as >= after ROWS, found `3`")],
    );
    refused(
        "TEST 'a' ON t EXPECT FRESH c WITHIN 3 YEARS;",
        &[("SF0127", "YEARS", "expected a unit of time, found `YEARS`")],
    );
    refused(
        "TEST 'a' ON t EXPECT UNIQUE c SEVERITY LOW;",
        &[("SF0104", "LOW", "expected WARN or ERROR after SEVERITY, found `LOW`")],
    );
}
