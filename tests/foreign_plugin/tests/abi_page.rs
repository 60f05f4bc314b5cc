//! What `docs/reference/abi.md` shows is what the code reads: its messages by the sdk's types, its C
//! by a compiler, its codes by the host's list.
//!
//! Mutations tried: `batch_rows` misspelt on the page, a `;` left out of a C block, the row of a code
//! renamed: each turns its test red.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, process::Command};

use serde_json::Value;
use sqlflow_plugin_sdk::{
    CheckReport, CommitRecord, CommitStatus, CommitToken, Descriptor, Error, Manifest, Partition,
    Place, ReadPlan, ReadRequest, SchemaChange, StreamDescriptor, StreamName, WriteReport,
    WriteRequest,
};
use sqlflow_tests_foreign_plugin::{compiled, folder, repository};

fn page() -> String {
    fs::read_to_string(repository().join("docs/reference/abi.md")).unwrap()
}

/// The blocks of a language: what stands behind its name, and the text.
fn blocks(language: &str) -> Vec<(String, String)> {
    let page = page();
    let parts = page.split("\n```").skip(1).step_by(2);
    let block = |part: &str| {
        let (info, text) = part.split_once('\n')?;
        let (first, rest) = info.split_once(' ').unwrap_or((info, ""));
        (first == language).then(|| (rest.to_owned(), text.to_owned()))
    };
    parts.filter_map(block).collect()
}

/// What the type reads of a message, written again.
fn again(type_name: &str, text: &str) -> serde_json::Result<Value> {
    macro_rules! read {
        ($($type:ty),* $(,)?) => {
            match type_name {
                $(name if name == stringify!($type) => {
                    serde_json::to_value(serde_json::from_str::<$type>(text)?)
                })*
                other => panic!("{other}: no such message"),
            }
        };
    }
    read!(
        CheckReport,
        CommitRecord,
        CommitStatus,
        CommitToken,
        Descriptor,
        Error,
        Partition,
        Place,
        ReadPlan,
        ReadRequest,
        StreamName,
        Value,
        Vec<CommitToken>,
        Vec<SchemaChange>,
        Vec<StreamDescriptor>,
        WriteReport,
        WriteRequest,
    )
}

#[test]
fn every_message_of_the_page_is_read_whole_by_the_sdk() {
    let mut seen = BTreeSet::new();
    for (name, text) in blocks("json") {
        let shown: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let read = again(&name, &text).unwrap_or_else(|error| panic!("{name}: {error}"));
        holds(&name, &read, &shown);
        seen.insert(name);
    }
    assert_eq!(seen.len(), 17, "a message of the contract is not on the page: {seen:?}");
}

/// Every key that is shown is one that was read, with its value.
fn holds(place: &str, read: &Value, shown: &Value) {
    match (read, shown) {
        (Value::Object(read), Value::Object(shown)) => {
            for (key, value) in shown {
                let found = read.get(key).unwrap_or_else(|| panic!("{place}: unknown key {key}"));
                holds(&format!("{place}.{key}"), found, value);
            }
        }
        (Value::Array(read), Value::Array(shown)) => {
            assert_eq!(read.len(), shown.len(), "{place}");
            read.iter().zip(shown).for_each(|(read, shown)| holds(place, read, shown));
        }
        _ => assert_eq!(read, shown, "{place}"),
    }
}

#[test]
fn the_manifest_of_the_page_is_one() {
    let blocks = blocks("toml");
    let manifest = Manifest::parse(&blocks[0].1).unwrap();
    let shown: toml::Table = blocks[0].1.parse().unwrap();
    let shown = serde_json::to_value(shown).unwrap();
    holds("manifest", &serde_json::to_value(manifest).unwrap(), &shown);
}

#[test]
fn the_snippets_of_the_page_compile() {
    let folder = folder();
    for (language, compiler, standard) in [("c", "cc", "-std=c11"), ("cpp", "g++", "-std=c++17")] {
        let blocks = blocks(language);
        assert!(!blocks.is_empty());
        for (number, (_, text)) in blocks.iter().enumerate() {
            let file = folder.path().join(format!("{number}.{language}"));
            let headers = "#include \"arrow_c_data.h\"\n#include \"sqlflow_abi_v1.h\"\n";
            // A snippet may be a function that nothing here calls.
            fs::write(&file, format!("{headers}{text}")).unwrap();
            let mut command = Command::new(compiler);
            command.args([standard, "-fsyntax-only"]).arg(&file);
            command.arg("-Wno-unused-function").arg("-Wno-unused-const-variable");
            compiled(&mut command);
        }
    }
}

#[test]
fn every_code_of_the_host_is_explained() {
    let codes = fs::read_to_string(repository().join("core/host/src/code.rs")).unwrap();
    let page = page();
    let declared: Vec<&str> = codes
        .lines()
        .filter(|line| line.starts_with("pub const"))
        .map(|line| line.split('"').nth(1).unwrap())
        .collect();
    assert!(declared.len() > 20);
    for code in declared {
        assert!(page.contains(&format!("\n| {code} | ")), "{code} has no row");
    }
}
