//! PARAMS and OPTIONS, as values. Expected values were written by hand.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use sqlflow_syntax::{Json, JsonKind, JsonObject, Origin, StatementKind, parse};

/// A short notation of its own: `n:` number, `t:` text, `r:` reference.
fn show(json: &Json) -> String {
    match &json.kind {
        JsonKind::Null => "null".to_owned(),
        JsonKind::Bool(value) => value.to_string(),
        JsonKind::Number(written) => format!("n:{written}"),
        JsonKind::Text(text) => format!("t:{text}"),
        JsonKind::Reference(written) => format!("r:{written}"),
        JsonKind::List(values) => {
            format!("[{}]", values.iter().map(show).collect::<Vec<_>>().join(" "))
        }
        JsonKind::Object(object) => show_object(object),
    }
}

fn show_object(object: &JsonObject) -> String {
    let entry =
        |entry: &sqlflow_syntax::JsonEntry| format!("{}={}", entry.key.value, show(&entry.value));
    format!("({})", object.entries.iter().map(entry).collect::<Vec<_>>().join(" "))
}

fn params(json: &str) -> JsonObject {
    let parsed = parse(&format!("SOURCE s TYPE c PARAMS {json};"));
    assert_eq!(parsed.diagnostics, [], "{json}");
    match parsed.pipeline.statements.into_iter().next().map(|first| first.kind) {
        Some(StatementKind::Source(source)) => match source.origin {
            Origin::Type { params, .. } => params,
            Origin::Connection { .. } => panic!("{json}"),
        },
        other => panic!("{other:?}"),
    }
}

fn check(json: &str, expect: &str) {
    assert_eq!(show_object(&params(json)), expect, "{json}");
}

#[test]
fn every_kind_of_value_is_read() {
    check("{}", "()");
    check("{ \"a\": null, \"b\": true, \"c\": false }", "(a=null b=true c=false)");
    check("{ \"a\": [1, [], {}], \"b\": { \"c\": \"\" } }", "(a=[n:1 [] ()] b=(c=t:))");
    check("{ \"\": \"\" }", "(=t:)");
}

#[test]
fn numbers_stay_as_written() {
    check(
        "{ \"a\": 0, \"b\": -0.50, \"c\": 1e3, \"d\": -1.5E+300, \"e\": 12345678901234567890.10 }",
        "(a=n:0 b=n:-0.50 c=n:1e3 d=n:-1.5E+300 e=n:12345678901234567890.10)",
    );
}

#[test]
fn escapes_are_resolved() {
    check(r#"{ "a": "\" \\ \/ \t \u00e9 \ud83d\ude00" }"#, "(a=t:\" \\ / \t é 😀)");
    check(r#"{ "a": "C:\\data\\", "b": "x" }"#, "(a=t:C:\\data\\ b=t:x)");
    check(r#"{ "a\n": "it's -- no /* comment */ ; }" }"#, "(a\n=t:it's -- no /* comment */ ; })");
}

#[test]
fn commas_and_comments_are_tolerated_where_json_has_none() {
    check("{ \"a\": [1, 2,], }", "(a=[n:1 n:2])");
    check("{ -- one; }\n \"a\" /* two } */ : /* ; */ 1 }", "(a=n:1)");
}

#[test]
fn bare_variables_are_references_and_quoted_ones_text() {
    check(
        "{ \"a\": ${n}, \"b\": ${n|5}, \"c\": \"${n|5}\", \"d\": ${n|\"} ;\"} }",
        "(a=r:${n} b=r:${n|5} c=t:${n|5} d=r:${n|\"} ;\"})",
    );
    check("{ \"${key}\": [${a}, \"x${b}y\"] }", "(${key}=[r:${a} t:x${b}y])");
}

#[test]
fn keys_are_found_exactly_as_written() {
    let params = params("{ \"Path\": 1 }");
    assert!(params.get("Path").is_some());
    assert!(params.get("path").is_none());
}
