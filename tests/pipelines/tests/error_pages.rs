//! The examples in `docs/reference/errors` are true: a block marked `wrong` is found to have the
//! code of its page and no other, one marked `right` to have nothing wrong.
//!
//! Each block is looked at by `sqlflow check` in a project of its own, which has
//!
//! - `data/orders.csv` (id, customer_id, amount, ordered_at) and `data/customers.csv` (id, name,
//!   city),
//! - a profile whose database is a file, with the variables `region` and `limit` and the
//!   connections `shop` (csv, `data/orders.csv`) and `memory` (in_memory),
//! - `pipelines/shared.sf`, which makes the table `days`.
//!
//! A block of `sf` becomes `pipelines/example.sf`, one of `yaml` the profile, one of `env` the file
//! `.env`. What is well said and not run yet (SF0206) is not held against a block, but on the page
//! about that. Mutation: give a page's block to the page of another code.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::Path, process::ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use sqlflow_tests_pipelines::{Project, repository};

/// What is known, and not built yet.
const NOT_RUN_YET: &str = "SF0206";

const PROFILE: &str = "\
engine: { type: duckdb }
variables: { region: north, limit: 10 }
connections:
  shop: { type: csv, params: { path: data/orders.csv } }
  memory: { type: in_memory }
";
const PIPELINE: &str = "CREATE TABLE days AS SELECT 7 AS days;\n";
const ORDERS: &str = "\
id,customer_id,amount,ordered_at
1,1,10.50,2024-01-30
2,2,3.25,2024-01-31
";
const CUSTOMERS: &str = "id,name,city\n1,Ada,London\n2,Bo,Lund\n";

/// A block of a page.
struct Example {
    line: usize,
    language: String,
    /// Whether the page calls it wrong.
    wrong: bool,
    text: String,
}

fn main() -> ExitCode {
    let folder = repository().join("docs/reference/errors");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<_> = paths.filter(|path| code(path).starts_with("SF")).collect();
    pages.sort();
    assert!(pages.len() > 100, "the pages are not all there");
    let mut trials: Vec<Trial> = pages.iter().map(|page| trial(page)).collect();
    trials.push(Trial::test("a_false_example_is_refused", || {
        let wrong = "```sf wrong\nSET a = 1;\n```\n";
        let right = "```sf right\nSET a = ;\n```\n";
        let other = "```sf wrong\nSET a = ;\n```\n";
        let held = [wrong, right, other].iter().any(|page| check("SF0101", page).is_ok());
        if held { Err("a false example is taken for true".into()) } else { Ok(()) }
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn code(page: &Path) -> String {
    page.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn trial(page: &Path) -> Trial {
    let (code, page) = (code(page), page.to_owned());
    Trial::test(code.clone(), move || check(&code, &fs::read_to_string(page)?))
}

fn check(code: &str, page: &str) -> Result<(), Failed> {
    for example in examples(page) {
        let expected =
            if example.wrong { BTreeSet::from([code.to_owned()]) } else { BTreeSet::new() };
        let (found, told) = found(&example);
        let found: BTreeSet<_> =
            found.into_iter().filter(|found| found != NOT_RUN_YET || found == code).collect();
        if found != expected {
            let line = example.line;
            let text = format!("the block at line {line} expects {expected:?}, found:\n{told}");
            return Err(text.into());
        }
    }
    Ok(())
}

/// The blocks of a page that are marked wrong or right.
fn examples(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut lines = (1..).zip(page.lines());
    while let Some((line, content)) = lines.next() {
        let Some(info) = content.strip_prefix("```") else { continue };
        let block = lines.by_ref().take_while(|(_, content)| !content.starts_with("```"));
        let text = block.map(|(_, content)| format!("{content}\n")).collect();
        let (language, mark) = info.split_once(' ').unwrap_or((info, ""));
        if let "wrong" | "right" = mark {
            let language = language.to_owned();
            examples.push(Example { line, language, wrong: mark == "wrong", text });
        }
    }
    examples
}

/// The codes of what is wrong with an example, and all that was told.
fn found(example: &Example) -> (BTreeSet<String>, String) {
    let project = project();
    match example.language.as_str() {
        "sf" => project.write("pipelines/example.sf", &example.text),
        "yaml" => project.write("profiles/dev.yml", &example.text),
        "env" => project.write(".env", &example.text),
        other => {
            return (BTreeSet::from([format!("no example is written in {other}")]), String::new());
        }
    }
    let ran = project.sqlflow(&["check", "example", "--format", "json"]);
    let told = format!("{}{}", ran.out, ran.err);
    let Ok(report) = serde_json::from_str::<Value>(&ran.out) else {
        return (BTreeSet::from(["no report".to_owned()]), told);
    };
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let all = findings.iter().chain([&report["error"]]).filter(|found| !found.is_null());
    let codes = all.map(|found| found["code"].as_str().unwrap_or_default().to_owned());
    (codes.collect(), told)
}

fn project() -> Project {
    let project = Project::new();
    project.write("profiles/dev.yml", PROFILE);
    project.write("pipelines/example.sf", PIPELINE);
    project.write("pipelines/shared.sf", PIPELINE);
    project.write("data/orders.csv", ORDERS);
    project.write("data/customers.csv", CUSTOMERS);
    project
}
