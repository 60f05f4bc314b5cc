//! What is read and how it is written: clauses, params, what comes of both.
//!
//! Mutation: let APPEND stand with a lookback; leave out the brackets around WHERE.

mod support;

use support::{clauses, demo, unbuilt};

const SOURCE: &str = "SOURCE s TYPE csv PARAMS {\"path\": \"a\"};\n";

fn load(clauses: &str) -> String {
    format!("{SOURCE}LOAD t FROM s {clauses};")
}

#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(clauses(&demo(text).plan()), expect, "{text}");
}

/// Code and caret of the only finding, and a part of its message and of its help.
#[track_caller]
fn refused(text: &str, code: &str, caret: &str, message: &str, help: &str) {
    refused_with(text, "", (code, caret), message, help);
}

#[track_caller]
fn refused_with(text: &str, yaml: &str, found: (&str, &str), message: &str, help: &str) {
    let expect = found;
    let found = demo(text).profile(yaml).problem();
    assert_eq!((found.0, found.1.as_str()), expect, "{text}");
    assert!(found.2.contains(message), "{message:?} in {:?}", found.2);
    assert!(found.3.contains(help), "{help:?} in {:?}", found.3);
}

#[test]
fn the_default_write_follows_from_the_read() {
    check(&load(""), "all → REPLACE");
    check(&load("INCREMENTAL BY c"), "by c → APPEND");
    check("CREATE TABLE t AS SELECT 1;", "all → REPLACE");
    check("CREATE TABLE t INCREMENTAL BY c AS SELECT 1;", "by c → APPEND");
    check("EXPORT t TO 'x' TYPE csv;", "all → REPLACE");
    check("EXPORT t TO 'x' TYPE shop INCREMENTAL BY c;", "by c → APPEND");
    let keyed = "SOURCE s TYPE csv PARAMS {\"path\": \"a\", \"primary_key\": [\"id\", \"day\"]};";
    check(&format!("{keyed} LOAD t FROM s INCREMENTAL BY c;"), "by c → UPSERT id+day");
    check(&format!("{keyed} LOAD t FROM s;"), "all → REPLACE");
    check(&format!("{keyed} LOAD t FROM s MODE UPSERT;"), "all → UPSERT id+day");
}

#[test]
fn clauses_say_what_is_read_and_how_it_is_written() {
    check(&load("MODE UPSERT KEY (a, \"b c\")"), "all → UPSERT a+b c");
    check(&load("MODE MERGE MERGE_KEYS (a)"), "all → UPSERT a");
    check(
        &load("INCREMENTAL BY c LOOKBACK 2 DAYS MODE DELETE INSERT"),
        "by c back 2 DAYS → DELETE INSERT",
    );
    check(&load("MODE INCREMENTAL BY c LOOKBACK 1 WEEK"), "by c back 1 WEEK → DELETE INSERT");
    check("CREATE TABLE t MODE APPEND AS SELECT 1;", "all → APPEND");
    check("CREATE TABLE t MODE UPSERT KEY id AS SELECT 1;", "all → UPSERT id");
    check("EXPORT t TO 'x' TYPE shop MODE UPSERT KEY id;", "all → UPSERT id");
    // No row is read twice, so none is added twice.
    check(&load("INCREMENTAL BY c LOOKBACK 0 DAYS"), "by c back 0 DAYS → APPEND");
}

#[test]
fn what_cannot_be_is_refused_with_the_reason() {
    refused(
        &load("INCREMENTAL BY c MODE REPLACE"),
        "SF0232",
        "MODE REPLACE",
        "only rows behind the last `c` are read, and REPLACE would throw the others away",
        "MODE UPSERT KEY (…)",
    );
    let twice = "the rows of the last 2 DAYS are read again, and APPEND would add them twice";
    let lookback = "INCREMENTAL BY c LOOKBACK 2 DAYS";
    refused(&load(lookback), "SF0233", "2 DAYS", twice, "MODE UPSERT KEY (…)");
    let append = format!("{lookback} MODE APPEND");
    refused(&load(&append), "SF0233", "MODE APPEND", twice, "MODE DELETE INSERT");
    refused(
        &format!("CREATE TABLE t {lookback} AS SELECT 1;"),
        "SF0233",
        "2 DAYS",
        twice,
        "leave the lookback out",
    );
    refused(&load("MODE UPSERT"), "SF0235", "MODE UPSERT", "needs the key", "KEY (column)");
    refused(
        "CREATE TABLE t MODE DELETE INSERT AS SELECT 1;",
        "SF0236",
        "MODE DELETE INSERT",
        "everything is read here",
        "add INCREMENTAL BY column",
    );
    refused(
        "CREATE VIEW v MODE APPEND AS SELECT 1;",
        "SF0237",
        "MODE APPEND",
        "MODE stands on a view",
        "CREATE TABLE",
    );
    refused(
        "CREATE VIEW v INCREMENTAL BY c AS SELECT 1;",
        "SF0237",
        "INCREMENTAL BY c",
        "INCREMENTAL BY stands on a view",
        "CREATE TABLE",
    );
    refused(&load("MODE UPSERT KEY (a, b, A)"), "SF0243", "A", "`A` stands twice", "take one");
    let columns = format!("{SOURCE}LOAD t (a, \"A\") FROM s;");
    refused(&columns, "SF0243", "\"A\"", "`A` stands twice", "take one");
}

#[test]
fn an_engine_in_memory_cannot_go_on_where_it_was() {
    let memory = "engine: { type: duckdb, path: \":memory:\" }";
    for text in [
        load("INCREMENTAL BY c"),
        "CREATE TABLE t INCREMENTAL BY c AS SELECT 1;".to_owned(),
        "EXPORT t TO 'x' TYPE shop INCREMENTAL BY c;".to_owned(),
    ] {
        let caret = "INCREMENTAL BY c";
        refused_with(&text, memory, ("SF0234", caret), "the engine is in memory", "engine.path");
    }
}

#[test]
fn a_destination_is_asked_for_what_it_can_only() {
    let export = |connector: &str, mode: &str| format!("EXPORT t TO 'x' TYPE {connector} {mode};");
    refused(
        &export("csv", "MODE APPEND"),
        "SF0210",
        "MODE APPEND",
        "the destination `csv` cannot append to what is at a place",
        "it can: MODE REPLACE",
    );
    refused(
        &export("csv", "MODE UPSERT KEY id"),
        "SF0210",
        "MODE UPSERT KEY id",
        "cannot upsert into what is at a place",
        "it can: MODE REPLACE",
    );
    refused(&export("mail", ""), "SF0210", "'x'", "cannot replace", "it can: MODE APPEND");
    refused(
        &export("shop", "INCREMENTAL BY c MODE DELETE INSERT"),
        "SF0210",
        "MODE DELETE INSERT",
        "cannot delete a part of what is at a place",
        "it can: MODE REPLACE, MODE APPEND, MODE UPSERT",
    );
}

#[test]
fn what_no_run_does_yet_is_named_at_its_place() {
    let check = |text: &str, expect: &[(&str, &str)]| {
        let expect: Vec<_> =
            expect.iter().map(|(at, what)| ((*at).into(), (*what).into())).collect();
        assert_eq!(unbuilt(&demo(text)), expect, "{text}");
    };
    check(&load("MODE APPEND"), &[]);
    check("CREATE TABLE t MODE REPLACE AS SELECT 1;", &[]);
    check(&load("MODE UPSERT KEY a"), &[("MODE UPSERT KEY a", "MODE UPSERT is not run yet")]);
    check(
        &load("INCREMENTAL BY c MODE UPSERT KEY a"),
        &[
            ("INCREMENTAL BY c", "INCREMENTAL BY is not run yet"),
            ("MODE UPSERT KEY a", "MODE UPSERT is not run yet"),
        ],
    );
    // A default that follows from the read is not a second cause.
    check(&load("INCREMENTAL BY c"), &[("INCREMENTAL BY c", "INCREMENTAL BY is not run yet")]);
    check(
        &load("MODE INCREMENTAL BY c"),
        &[("MODE INCREMENTAL BY c", "INCREMENTAL BY is not run yet")],
    );
    check(
        "CREATE TABLE t MODE APPEND AS SELECT 1;",
        &[("MODE APPEND", "MODE APPEND is not run yet")],
    );
    check(
        "EXPORT t TO 'x' TYPE shop MODE APPEND;",
        &[("MODE APPEND", "MODE APPEND is not run yet")],
    );
}

#[test]
fn a_create_that_adds_is_no_second_definition() {
    let plan = demo(
        "CREATE TABLE t AS SELECT 1 AS n; CREATE TABLE t MODE APPEND AS SELECT 2 AS n;
         EXPORT t TO 'x' TYPE csv;",
    )
    .plan();
    let expect = ["transform_t", "transform_t_2 <- transform_t", "export_csv_t <- transform_t_2"];
    assert_eq!(support::edges(&plan), expect);
    let twice = demo("CREATE TABLE t AS SELECT 1; CREATE TABLE t MODE REPLACE AS SELECT 2;");
    assert_eq!(twice.problems(), [("SF0213", "t".to_owned())]);
}

#[test]
fn a_where_waits_for_the_tables_it_names() {
    let text = format!(
        "{SOURCE}LOAD t (a, \"b c\") FROM s WHERE a IN (SELECT id FROM wanted) AND b > ${{n}};
         CREATE TABLE wanted AS SELECT 1 AS id;"
    );
    let plan = demo(&text).vars("n=5").plan();
    let expect = ["source_s", "transform_wanted", "load_t <- source_s, transform_wanted"];
    assert_eq!(support::edges(&plan), expect);
    let load = plan.steps.iter().find_map(|step| match &step.action {
        sqlflow_plan::Action::Load(load) => Some(load),
        _ => None,
    });
    let selection = load.map(|load| load.selection("scan(1)"));
    let expect =
        "SELECT \"a\", \"b c\" FROM scan(1) WHERE (a IN (SELECT id FROM wanted) AND b > 5)";
    assert_eq!(selection.as_ref().map(|sql| sql.text.as_str()), Some(expect));
    // The way back: from the quoted column, and from behind the value.
    let origin = |part: &str| {
        let sql = selection.as_ref()?;
        let place = sql.origin(sql.text.find(part)?);
        text.get(place..place + 5)
    };
    assert_eq!(origin("\"b c\""), Some("\"b c\""));
    assert_eq!(origin("id FROM"), Some("id FR"));
    assert_eq!(origin("5)"), Some("${n};"));
}
