//! Connections that are written into a profile.
//!
//! What is wanted is written out by hand, byte for byte.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sqlflow_profile::{NewConnection, add_connection, param_value, replace_file};
use support::load;

fn orders() -> NewConnection {
    connection("orders", json!({ "path": "data/orders.csv" }))
}

fn connection(name: &str, params: Value) -> NewConnection {
    let params = params.as_object().unwrap().clone();
    NewConnection { name: name.to_owned(), connector_type: "csv".to_owned(), params }
}

#[test]
fn a_connection_is_put_behind_those_there_are_and_nothing_else_changes() {
    let check = |before: &str, after: &str| {
        assert_eq!(add_connection(before, &orders()).unwrap(), after, "{before}");
    };
    let line = "orders: { type: csv, params: { path: data/orders.csv } }";
    check("", &format!("connections:\n  {line}\n"));
    check("engine: {}", &format!("engine: {{}}\nconnections:\n  {line}\n"));
    check(
        "# top\nconnections: # all of them\n  a: { type: csv } # the first\n\n# end\nvariables: { x: 1 }\n",
        &format!(
            "# top\nconnections: # all of them\n  a: {{ type: csv }} # the first\n  {line}\n\n# end\n\
             variables: {{ x: 1 }}\n"
        ),
    );
    check(
        "connections:\n    a:\n        type: csv\n        params:\n            path: |\n                x\n    # after\n",
        &format!(
            "connections:\n    a:\n        type: csv\n        params:\n            path: |\n                x\n    {line}\n    # after\n"
        ),
    );
    check(
        "connections: { a: { type: csv } } # one\n",
        &format!("connections: {{ a: {{ type: csv }}, {line} }} # one\n"),
    );
    check("connections: {}\n", &format!("connections: {{ {line} }}\n"));
    check(
        "connections:\nplugins: { path: [p] }\n",
        &format!("connections:\n  {line}\nplugins: {{ path: [p] }}\n"),
    );
    check(
        "connectors:\n  old: { type: csv }\n",
        &format!("connectors:\n  old: {{ type: csv }}\nconnections:\n  {line}\n"),
    );
}

#[test]
fn a_long_connection_takes_a_line_a_param() {
    let long = "x".repeat(80);
    let wanted = connection("orders", json!({ "path": long, "delimiter": ";", "sample_rows": 5 }));
    let after = add_connection("connections:\n  a: { type: csv }\n", &wanted).unwrap();
    let expect = format!(
        "connections:\n  a: {{ type: csv }}\n  orders:\n    type: csv\n    params:\n      \
         path: {long}\n      delimiter: \";\"\n      sample_rows: 5\n"
    );
    assert_eq!(after, expect);
}

#[test]
fn a_name_that_is_taken_and_a_form_that_takes_nothing_are_refused() {
    let check = |before: &str, code: &str, help: &str| {
        let error = add_connection(before, &orders()).unwrap_err();
        assert_eq!(error.code, code, "{before}");
        assert!(error.help.contains(help), "{}", error.help);
    };
    check("connections: { orders: { type: csv } }", "SF0319", "another name");
    check("connectors: { orders: { type: csv } }", "SF0319", "another name");
    let line = "orders: { type: csv, params: { path: data/orders.csv } }";
    check("x: &all { a: { type: csv } }\nconnections: *all\n", "SF0320", line);
    check("{ engine: {} }\n", "SF0320", line);
    check("dev:\n  engine: {}\n", "SF0320", line);
    check("engine: [\n", "SF0320", line);
    check("connections: [a]\n", "SF0320", line);
}

#[test]
fn a_file_is_replaced_whole_and_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("profiles/dev.yml");
    replace_file(&path, "one").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path().join("link.yml");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    replace_file(&link, "two").unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::read_dir(folder.path().join("profiles")).unwrap().count(), 1);
}

const FORMS: &[&str] = &[
    "",
    "connections:\n  a: { type: csv }\n",
    "connections: { a: { type: csv } }",
    "connections:\n  a:\n    type: csv\n    params:\n      path: x # here\n# end",
    "variables: { x: 1 }\nconnections: {}\nplugins: { path: [] }\n",
];

proptest! {
    /// Any text as a value arrives as that text, and the connection before stays.
    #[test]
    fn what_is_written_is_what_is_read(
        form in 0..FORMS.len(),
        value in prop_oneof![any::<String>(), "[ -~\n\t\"'{}\\[\\]:#&*!|>%@`,?-]{0,12}"],
    ) {
        let before = FORMS[form];
        let wanted = connection("orders", json!({ "path": value, "n": param_value(&value) }));
        // What YAML cannot hold at all is refused rather than changed.
        let Ok(after) = add_connection(before, &wanted) else { return Ok(()) };
        let read = load(&after.replace("${", "$ {"));
        let Ok(profile) = read else { return Err(TestCaseError::fail(after)) };
        prop_assert_eq!(profile.connections.contains_key("a"), before.contains("a:"));
        let path = profile.connections["orders"].param("path").cloned();
        let text = sqlflow_profile::Content::Text(value.replace("${", "$ {"));
        prop_assert_eq!(path.map(|node| node.content), Some(text));
    }
}

#[test]
fn params_may_be_left_out() {
    let wanted = NewConnection { params: Map::new(), ..orders() };
    assert_eq!(add_connection("", &wanted).unwrap(), "connections:\n  orders: { type: csv }\n");
}
