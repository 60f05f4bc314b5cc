//! What sound statements mean.

#![allow(clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

use sqlflow_syntax::{
    Create, Export, Exported, Load, Origin, Relation, Source, StatementKind, Via, WriteMode, parse,
};

fn only(text: &str) -> StatementKind {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    let [statement] = <[_; 1]>::try_from(parsed.pipeline.statements).expect("one statement");
    statement.kind
}

fn source(text: &str) -> Source {
    let StatementKind::Source(source) = only(text) else { panic!("no SOURCE: {text}") };
    source
}

fn load(text: &str) -> Load {
    let StatementKind::Load(load) = only(text) else { panic!("no LOAD: {text}") };
    load
}

fn create(text: &str) -> Create {
    let StatementKind::Create(create) = only(text) else { panic!("no CREATE: {text}") };
    create
}

fn export(text: &str) -> Export {
    let StatementKind::Export(export) = only(text) else { panic!("no EXPORT: {text}") };
    export
}

#[test]
fn source_by_connector_keeps_its_name_and_params() {
    for text in [
        "SOURCE Users TYPE CSV PARAMS { \"path\": \"a;b.csv\" };",
        "source Users type CSV options { \"path\": \"a;b.csv\", };",
        "SOURCE /* ; */ Users -- ;\n TYPE \"CSV\" PARAMS {\"path\":\"a;b.csv\"} ;",
        "SOURCE \"Users\" TYPE 'CSV' PARAMS { -- ;\n \"path\" /* } */ : \"a;b.csv\" };",
    ] {
        let source = source(text);
        assert_eq!(source.name.text, "Users");
        let Origin::Type { connector, params } = source.origin else { panic!("{text}") };
        assert!(connector.matches("csv"));
        assert_eq!(params.entries.len(), 1);
        assert_eq!(params.entries[0].key.value, "path");
    }
}

#[test]
fn source_by_connection_may_have_options() {
    let check = |text, has_options| {
        let Origin::Connection { name, options } = source(text).origin else { panic!("{text}") };
        assert_eq!((name.value.as_str(), options.is_some()), ("my_pg", has_options), "{text}");
    };
    check("SOURCE o FROM \"my_pg\";", false);
    check("SOURCE o FROM 'my_pg' OPTIONS {};", true);
    check("SOURCE o USING \"my_pg\" PARAMS { \"table\": \"orders\" };", true);
}

#[test]
fn load_reads_its_mode_and_options_in_any_order() {
    let check = |text, mode: Option<WriteMode>, has_options| {
        let load = load(text);
        assert_eq!((load.table.to_string().as_str(), load.source.text.as_str()), ("t", "s"));
        assert_eq!(load.write.map(|mode| mode.value), mode, "{text}");
        assert_eq!(load.options.is_some(), has_options, "{text}");
    };
    check("LOAD t FROM s;", None, false);
    check("load t using s;", None, false);
    check("LOAD t FROM s MODE REPLACE;", Some(WriteMode::Replace), false);
    check("LOAD t FROM s mode append;", Some(WriteMode::Append), false);
    check("LOAD t FROM s MODE APPEND OPTIONS {};", Some(WriteMode::Append), true);
    check("LOAD t FROM s PARAMS {} MODE APPEND;", Some(WriteMode::Append), true);
}

#[test]
fn names_keep_their_case_and_may_be_quoted_or_qualified() {
    let check = |name: &str, schema: Option<&str>, table: &str| {
        let found = load(&format!("LOAD {name} FROM s;")).table;
        assert_eq!(found.schema.map(|schema| schema.text).as_deref(), schema, "{name}");
        assert_eq!(found.name.text, table, "{name}");
    };
    check("Orders", None, "Orders");
    check("main.Orders", Some("main"), "Orders");
    check("\"Order Lines\"", None, "Order Lines");
    check("\"a\"\"b\"", None, "a\"b");
    check("raw . \"a.b\"", Some("raw"), "a.b");
    check("größe", None, "größe");
    check("key", None, "key");
}

#[test]
fn create_knows_table_from_view_and_whether_it_replaces() {
    let check = |text, relation, or_replace| {
        let create = create(text);
        assert_eq!((create.relation, create.or_replace), (relation, or_replace), "{text}");
        assert_eq!(create.body.text, "SELECT 1");
    };
    check("CREATE TABLE t AS SELECT 1;", Relation::Table, false);
    check("create or replace table t as SELECT 1;", Relation::Table, true);
    check("CREATE VIEW t AS SELECT 1;", Relation::View, false);
    check("CREATE OR REPLACE VIEW s.t AS SELECT 1;", Relation::View, true);
    check("CREATE TABLE t OPTIONS { \"timeout\": \"5m\" } AS SELECT 1;", Relation::Table, false);
}

#[test]
fn export_names_its_place_and_who_takes_it_there() {
    let check = |clauses: &str, place: &str, connector: Option<&str>, connection: Option<&str>| {
        let export = export(&format!("EXPORT t TO {clauses};"));
        assert_eq!(export.place.value, place);
        let (found_connector, found_connection) = match &export.via {
            Via::Type(connector) => (Some(connector.text.as_str()), None),
            Via::Connection(connection) => (None, Some(connection.value.as_str())),
        };
        assert_eq!((found_connector, found_connection), (connector, connection), "{clauses}");
    };
    check("\"out/x_${run_id}.csv\" TYPE CSV", "out/x_${run_id}.csv", Some("CSV"), None);
    check("'s3://b/it''s' TYPE s3", "s3://b/it's", Some("s3"), None);
    check("\"say \\\"hi\\\".csv\" TYPE csv", "say \"hi\".csv", Some("csv"), None);
    check("'C:\\data\\x.csv' TYPE csv", "C:\\data\\x.csv", Some("csv"), None);
    check("\"a.b\" USING \"wh\" OPTIONS { \"mode\": \"upsert\" }", "a.b", None, Some("wh"));
    check("\"a.b\" FROM 'wh'", "a.b", None, Some("wh"));
}

#[test]
fn export_of_a_bare_name_is_a_table_and_anything_else_a_query() {
    let check = |what: &str, table: bool| {
        let export = export(&format!("EXPORT {what} TO 'x' TYPE csv;"));
        assert_eq!(matches!(export.what, Exported::Table(_)), table, "{what}");
    };
    check("t", true);
    check("main.t", true);
    check("\"My Table\"", true);
    check("SELECT * FROM t", false);
    check("FROM t", false);
    check("(SELECT 1)", false);
}

#[test]
fn set_value_loses_the_quotes_of_one_string_and_nothing_else() {
    let check = |written: &str, value: &str| {
        let text = format!("SET v = {written};");
        let StatementKind::Set(set) = only(&text) else { panic!("no SET: {text}") };
        assert_eq!(set.value.value, value, "{text}");
        assert_eq!(&text[set.value.span.range()], written, "{text}");
    };
    check("2024-01-01", "2024-01-01");
    check("us-east-1", "us-east-1");
    check("\"2024-01-15\"", "2024-01-15");
    check("'it''s; fine'", "it's; fine");
    check("\"say \\\"hi\\\" \\\\ \\n\"", "say \"hi\" \\ \\n");
    check("'a\\b'", "a\\b");
    check("'two\nlines'", "two\nlines");
    check("''", "");
    check("${region|us;east}", "${region|us;east}");
    check("'eu', 'us'", "'eu', 'us'");
    check("a  b", "a  b");
    check("true", "true");
}

#[test]
fn comments_after_a_set_value_are_not_part_of_it() {
    let StatementKind::Set(set) = only("SET d = 5 -- days;\n;") else { panic!("no SET") };
    assert_eq!(set.value.value, "5");
}

#[test]
fn statement_span_goes_from_keyword_to_last_token() {
    let text = "-- first\n SET a = 1 ; ;\r\n\u{feff}LOAD t FROM s OPTIONS { } ;";
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, []);
    let spans = parsed.pipeline.statements.iter().map(|statement| &text[statement.span.range()]);
    assert_eq!(spans.collect::<Vec<_>>(), ["SET a = 1", "LOAD t FROM s OPTIONS { }"]);
}

#[test]
fn text_without_statements_is_an_empty_pipeline() {
    for text in ["", " \n\t", "-- nothing", "/* nothing /* at */ all */", ";;"] {
        assert_eq!(parse(text), Default::default(), "{text}");
    }
}

#[test]
fn include_names_a_file_and_may_name_itself() {
    let check = |text, alias: Option<&str>| {
        let StatementKind::Include(include) = only(text) else { panic!("no INCLUDE: {text}") };
        assert_eq!(include.path.value, "common/${env}.sf", "{text}");
        assert_eq!(include.alias.as_ref().map(|alias| alias.text.as_str()), alias, "{text}");
    };
    check("INCLUDE \"common/${env}.sf\";", None);
    check("include 'common/${env}.sf' as shared;", Some("shared"));
}

#[test]
fn a_part_of_a_text_is_read_with_places_in_the_whole() {
    let text = "SET a = 1;\nLOAD t FROM s;\nLAOD;";
    let parsed = sqlflow_syntax::parse_from(text, 11);
    let [load] = parsed.pipeline.statements.as_slice() else { panic!("{parsed:?}") };
    assert_eq!(&text[load.span.range()], "LOAD t FROM s");
    assert_eq!(&text[parsed.diagnostics[0].span.range()], "LAOD");
}
