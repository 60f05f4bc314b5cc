//! "A deliberately wrong connector for each conformance case fails that case and no other."
//!
//! Mutation: let a case return `Ok(())` at once: its fault is then found by no case.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use sqlflow_plugin_conformance::{CASES, Needs};
use tempfile::TempDir;

const MARK: &[u8] = b"sqlflow-wrong-connector=";

fn built(name: &str) -> PathBuf {
    let test = env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join(name);
    assert!(path.is_file(), "{} is missing: cargo build --release --workspace", path.display());
    path
}

/// A copy of the library in which something else stands.
struct Patched {
    _folder: TempDir,
    library: PathBuf,
}

fn patched(changes: &[(&[u8], &[u8])]) -> Patched {
    let folder = TempDir::new().unwrap();
    let mut bytes = fs::read(built("libsqlflow_tests_wrong_connector.so")).unwrap();
    for (from, to) in changes {
        assert_eq!(from.len(), to.len(), "a file's bytes keep their places");
        let places: Vec<usize> =
            (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
        assert!(!places.is_empty(), "{:?} is not in the library", String::from_utf8_lossy(from));
        for at in places {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    let library = folder.path().join("libwrong_connector.so");
    fs::write(&library, bytes).unwrap();
    Patched { _folder: folder, library }
}

/// The library with the fault of this name.
fn with_fault(fault: &str) -> Patched {
    let padded = |name: &str| [MARK, format!("{name:<48}").as_bytes()].concat();
    let (none, named) = (padded(""), padded(fault));
    match fault {
        // Two faults that stand in the file and not in the code.
        "exports-nothing-else" => patched(&[(b"\0_edata\0", b"\0_extra\0")]),
        "undeclared-mode-is-refused" => patched(&[(&none, &named), WITHOUT_UPSERT]),
        _ => patched(&[(&none, &named)]),
    }
}

/// A manifest without a mode, so that there is one to refuse.
const WITHOUT_UPSERT: (&[u8], &[u8]) = (b", \"upsert\"]", b"]          ");

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
    let (mut ran, failed) = test(&built("libsqlflow_tests_wrong_connector.so"));
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
