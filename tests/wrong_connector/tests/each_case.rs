//! "A deliberately wrong connector for each conformance case fails that case and no other."
//!
//! Mutation: take a fault out of the connector, such as the one in `wanted::rows` for the limit: no
//! case fails then.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{path::Path, process::Command};

use serde_json::Value;
use sqlflow_plugin_conformance::{CASES, Needs};
use support::{WITHOUT_UPSERT, built, patched, with_fault};

/// The cases that ran and those that were not green.
fn test(library: &Path) -> (Vec<String>, Vec<String>) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance.toml");
    let mut command = Command::new(built("sqlflow"));
    command.args(["plugin", "test", "--format", "json", "--fixture"]).arg(fixture).arg(library);
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    });
    let cases = report["cases"].as_array().unwrap();
    let name = |case: &Value| case["case"].as_str().unwrap().to_owned();
    let red = |case: &&Value| matches!(case["status"].as_str(), Some("failed" | "lacking"));
    let failed: Vec<String> = cases.iter().filter(red).map(name).collect();
    assert_eq!(output.status.code(), Some(if failed.is_empty() { 0 } else { 4 }));
    for case in cases.iter().filter(red) {
        println!("{}: {}", name(case), case["reason"].as_str().unwrap_or_default());
    }
    (cases.iter().map(name).collect(), failed)
}

#[test]
fn without_a_fault_every_case_is_green() {
    let (mut ran, failed) = test(&built("examples/libwrong_connector.so"));
    assert_eq!(failed, Vec::<String>::new());
    let (others, failed) = test(&patched(&[WITHOUT_UPSERT]).library);
    assert_eq!(failed, Vec::<String>::new());
    ran.extend(others);
    let missing = CASES.iter().copied().flatten().find(|case| !ran.iter().any(|r| r == case.name));
    assert!(missing.is_none(), "{missing:?} was not tried");
}

#[test]
fn each_fault_fails_its_case_and_no_other() {
    let mut wrong = Vec::new();
    for case in CASES.iter().copied().flatten() {
        let (ran, failed) = test(&with_fault(case.name).library);
        if failed != [case.name] {
            wrong.push(format!("{}: {failed:?} failed of {}", case.name, ran.len()));
        }
        let whole = case.needs == Needs::Loading || ran.len() > 50;
        assert!(whole, "{}: only {} cases were chosen", case.name, ran.len());
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
