//! `sqlflow connect …`, through the built csv and in_memory plugins.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;

use serde_json::json;
use support::{Ended, Project};

/// A project whose profile has these lines under `connections`.
fn with(connections: &str) -> Project {
    let project = Project::of(&[]);
    project.write("data/orders.csv", "id,name,at\n1,one,2024-01-01\n2,two,2024-01-02\n");
    project.write(
        "profiles/dev.yml",
        &format!("# kept\nengine: {{ path: \":memory:\" }}\nconnections:\n{connections}"),
    );
    project
}

const ORDERS: &str = "  orders: { type: CSV, params: { path: data/orders.csv } }\n";

fn profile(project: &Project) -> String {
    fs::read_to_string(project.path().join("profiles/dev.yml")).unwrap()
}

#[test]
fn connections_are_listed_with_what_their_connectors_can_do() {
    let project = with(&format!("{ORDERS}  odd: {{ type: nosuch }}\n"));
    let list = project.sqlflow(&["connect", "list", "--format", "json"]).json();
    assert_eq!(list[1]["name"], "orders");
    assert_eq!(list[1]["connector"], "csv");
    assert_eq!(list[1]["kinds"], json!(["source", "destination"]));
    assert_eq!(list[1]["place"], "profiles/dev.yml:4:3");
    assert_eq!((&list[0]["name"], &list[0]["usable"]), (&json!("odd"), &json!(false)));
    assert_eq!(list[0]["reason"], "there is no connector `nosuch`");
    let text = project.sqlflow(&["connect", "list"]).stdout;
    assert!(text.contains("✓") && text.contains("✗ odd: there is no connector"), "{text}");
    let none = Project::of(&[]).sqlflow(&["connect", "list"]);
    assert!(none.stdout.contains("has no connections; `sqlflow connect add"), "{}", none.stdout);
}

#[test]
fn a_connection_that_works_ends_with_0_and_says_what_was_seen() {
    let project = with(ORDERS);
    let ended = project.sqlflow(&["connect", "test", "orders"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.starts_with("✓ orders as source  "), "{}", ended.stdout);
    assert!(ended.stdout.contains("3 columns, 45 bytes"), "{}", ended.stdout);
    assert!(ended.stdout.contains("✓ orders as destination  "), "{}", ended.stdout);
    let document = project.sqlflow(&["connect", "test", "--all", "--format", "json"]).json();
    assert_eq!((&document["status"], &document["exit_code"]), (&json!("ok"), &json!(0)));
    assert_eq!(document["connections"][0]["roles"][0]["checks"][0]["ok"], true);
}

/// Mutation tried: a failed item of the report counts as passed; red.
#[test]
fn the_exit_code_of_a_test_tells_what_went_wrong() {
    let check = |connection: &str, code: i32, expect: &str| {
        let project = with(&format!("  c: {{ {connection} }}\n"));
        let ended = project.sqlflow(&["connect", "test", "c", "--timeout", "1s"]);
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert_eq!(ended.code, code, "{connection}: {said}");
        assert!(said.contains(expect), "{connection}: {said}");
        let json =
            project.sqlflow(&["connect", "test", "c", "--timeout", "1s", "--format", "json"]);
        assert_eq!((json.code, json.json()["exit_code"].as_i64()), (code, Some(code.into())));
    };
    check("type: csv, params: { path: nowhere.csv }", 3, "nowhere.csv`\nerror[SF0031]");
    check(
        "type: in_memory, params: { table: t, rows: [ { a: 1 } ], fault: fail, fault_at: check }",
        3,
        "✗ c as source",
    );
    check(
        "type: in_memory, params: { table: t, rows: [ { a: 1 } ], fault: hang, fault_at: check }",
        3,
        "no answer within 1 s",
    );
    check(
        "type: in_memory, params: { table: t, rows: [ { a: 1 } ], fault: panic, fault_at: check }",
        3,
        "✗ c as source",
    );
    check("type: csv, params: { pat: x.csv }", 4, "error[SF0201]");
    check("type: csv, params: { path: x.csv, sample_rows: many }", 4, "error[SF0203]");
    check("type: csv, params: { path: \"${NOT_SET}\" }", 1, "error[SF0311]: `NOT_SET` is not set");
    check("type: nosuch", 4, "there is no connector `nosuch`");
}

#[test]
fn a_connection_that_is_not_there_names_the_nearest() {
    let project = with(ORDERS);
    for verb in ["test", "discover"] {
        let ended = project.sqlflow(&["connect", verb, "ordres"]);
        assert_eq!(ended.code, 1, "{}", ended.stderr);
        assert!(ended.stderr.contains("error[SF0321]"), "{}", ended.stderr);
        assert!(ended.stderr.contains("did you mean `orders`?"), "{}", ended.stderr);
    }
    let ended = project.sqlflow(&["connect", "tset"]);
    assert!(ended.stderr.contains("did you mean `sqlflow connect test`?"), "{}", ended.stderr);
    let bare = project.sqlflow(&["connect", "test"]);
    assert_eq!(bare.code, 1, "{}", bare.stderr);
    let none = Project::of(&[]).sqlflow(&["connect", "test", "--all"]);
    assert!(none.code == 1 && none.stderr.contains("error[SF0035]"), "{}", none.stderr);
}

#[test]
fn a_connection_is_looked_into_from_any_folder_of_the_project() {
    let project = with(ORDERS);
    fs::create_dir(project.path().join("deeper")).unwrap();
    for args in [&["connect", "test", "orders"][..], &["preview", "orders"]] {
        let mut command = project.command(args);
        let ended = Ended::of(command.current_dir(project.path().join("deeper")).output().unwrap());
        assert_eq!(ended.code, 0, "{args:?}: {}", ended.stderr);
    }
}

#[test]
fn the_streams_of_a_connection_are_told_with_columns_and_types() {
    let project = with(ORDERS);
    let streams = project.sqlflow(&["connect", "discover", "orders", "--format", "json"]).json();
    let expect = json!([
        { "name": "id", "type": "BIGINT", "nullable": true },
        { "name": "name", "type": "VARCHAR", "nullable": true },
        { "name": "at", "type": "DATE", "nullable": true },
    ]);
    assert_eq!(streams[0]["columns"], expect);
    assert_eq!(streams[0]["estimated_bytes"], 45);
    let text = project.sqlflow(&["connect", "discover", "orders"]).stdout;
    assert!(text.contains("│ at     ┆ DATE    ┆"), "{text}");
}

#[test]
fn a_connection_is_added_and_the_rest_of_the_profile_stays() {
    let project = with(ORDERS);
    let before = profile(&project);
    let args = ["connect", "add", "more", "--type", "CSV", "--param", "path=data/orders.csv"];
    let ended = project.sqlflow(&[&args[..], &["--param", "sample_rows=5"]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.starts_with("added more (csv) to profiles/dev.yml\n"), "{}", ended.stdout);
    let line = "  more: { type: csv, params: { path: data/orders.csv, sample_rows: 5 } }\n";
    assert_eq!(profile(&project), format!("{before}{line}"));
    assert_eq!(project.sqlflow(&["connect", "test", "more"]).code, 0);
    let again = project.sqlflow(&args);
    assert_eq!(again.code, 1);
    assert!(again.stderr.contains("error[SF0319]"), "{}", again.stderr);
}

#[test]
fn what_is_wrong_with_a_new_connection_is_told_before_anything_is_written() {
    let project = with(ORDERS);
    let before = profile(&project);
    let check = |args: &[&str], expect: &str| {
        let ended = project.sqlflow(&[&["connect", "add"], args].concat());
        assert_eq!(ended.code, 1, "{args:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(expect), "{args:?}: {}", ended.stderr);
        assert_eq!(profile(&project), before, "{args:?}");
    };
    check(&["x", "--type", "cvs"], "did you mean `csv`?");
    check(&["x", "--type", "csv", "--param", "pth=a"], "did you mean `path`?");
    check(&["x", "--type", "csv", "--param", "path=a", "--param", "sample_rows=many"], "SF0203");
    check(&["a b", "--type", "csv"], "`a b` is no name for a connection");
    check(&["x", "--type", "csv", "--param", "path"], "write NAME=VALUE");
}

#[test]
fn a_project_without_a_profile_gets_one_with_its_first_connection() {
    let project = Project::empty();
    project.write("in.csv", "a\n1\n");
    let ended =
        project.sqlflow(&["connect", "add", "first", "--type", "csv", "--param", "path=in.csv"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let expect = "connections:\n  first: { type: csv, params: { path: in.csv } }\n";
    assert_eq!(profile(&project), expect);
}

/// The example's connector in C asks for a `count`.
#[test]
fn a_setting_that_must_be_given_is_asked_for_by_name_where_nobody_can_be_asked() {
    let project = with(ORDERS);
    let library = project.path().join("libsqlflow_connector_primes.so");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let compiled = std::process::Command::new("cc")
        .args(["-std=c11", "-shared", "-fPIC", "-I"])
        .arg(root.join("plugin-sdk/abi/include"))
        .arg(root.join("examples/c_connector/primes.c"))
        .arg("-o")
        .arg(&library)
        .status();
    assert!(compiled.is_ok_and(|status| status.success()), "cc compiles the example");
    let library = library.to_str().unwrap();
    let ended = project.sqlflow(&["connect", "add", "p", "--type", "primes", "--plugin", library]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let says = ["error[SF0034]", "the connection needs `count`", "give --param count=…"];
    assert!(says.iter().all(|part| ended.stderr.contains(part)), "{}", ended.stderr);
}
