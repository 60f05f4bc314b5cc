//! Planted faults: each is found once, at its place, and nothing else is.
//!
//! What is expected comes from the planting. A finding has to have the planted code, file, line and
//! column; it has to end where the planted text ends, or before (a finding about `a.wrong` marks
//! `a`).
//!
//! Mutations, each of which turns this red: without `is_misspelt` in `core/plan/src/params/config.rs`
//! a misspelt option that is required is told twice; without `resume_at` in
//! `core/syntax/src/parser/text.rs` an unclosed place breaks the IF below it; without
//! `is_misspelt_if` and `is_misspelt_end` in `core/syntax/src/parser/block.rs` one misspelt word is
//! two or three findings; without `lost_in` in `core/plan/src/settle/lost.rs` a condition is blamed for a SET.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod support;

use std::collections::BTreeSet;

use serde_json::Value;
use sqlflow_tests_faults::{
    Expected, Planted, Project, Random,
    faults::{Kind, Phase, kinds},
    plant,
};
use sqlflow_tests_pipelines::Project as OnDisk;
use support::{document, none_fails, snapshot, write_into, written};

type Found = (String, u64, u64, String);

fn found(document: &Value) -> Vec<(Found, (u64, u64))> {
    let number = |value: &Value| value.as_u64().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let finding = |finding: &Value| {
        let place = (number(&finding["line"]), number(&finding["column"]));
        let end = (number(&finding["end"]["line"]), number(&finding["end"]["column"]));
        ((text(&finding["file"]), place.0, place.1, text(&finding["code"])), end)
    };
    document["findings"].as_array().unwrap().iter().map(finding).collect()
}

fn expected(fault: &Expected) -> (Found, (u64, u64)) {
    let (line, column) = fault.start;
    let (end_line, end_column) = fault.end;
    let place = (fault.file.clone(), line as u64, column as u64, fault.code.to_owned());
    (place, (end_line as u64, end_column as u64))
}

/// What is wrong with a check of a project with faults.
fn check(planted: &Planted, disk: &OnDisk, what: &str) -> Vec<String> {
    let before = snapshot(disk);
    let ran = disk.sqlflow(&["check", "--format", "json"]);
    let document = document(&ran);
    let (mut found, mut wrong) = (found(&document), Vec::new());
    for fault in &planted.expected {
        let (place, end) = expected(fault);
        let at = found.iter().position(|(other, ends)| *other == place && *ends <= end);
        match at {
            Some(at) => drop(found.remove(at)),
            None => {
                wrong.push(format!("{what}: `{}` is not found: {place:?} to {end:?}", fault.kind))
            }
        }
    }
    wrong.extend(found.iter().map(|extra| format!("{what}: also found: {extra:?}")));
    if !wrong.is_empty() {
        let all = document["findings"].as_array().unwrap().iter();
        wrong.extend(all.map(|finding| format!("    {finding}")));
    }
    if ran.code != Some(planted.exit) {
        wrong.push(format!("{what}: exit {:?}, expected {}", ran.code, planted.exit));
    }
    if snapshot(disk) != before {
        wrong.push(format!("{what}: the check has changed a file"));
    }
    wrong
}

fn names(planted: &Planted) -> String {
    planted.expected.iter().map(|fault| fault.kind).collect::<Vec<_>>().join(" + ")
}

#[test]
fn every_kind_of_fault_is_found_once_at_its_place() {
    let all: Vec<(u64, &'static Kind)> = (0..).zip(kinds()).collect();
    none_fails(&all, |&(seed, kind)| {
        let planted = plant(seed, &[kind]);
        check(&planted, &written(&planted.project), kind.name)
    });
    println!("{} kinds of faults", all.len());
    assert!(all.len() >= 80);
}

/// Two to four kinds that may stand in one project: of the profile, or of the pipelines.
fn several(seed: u64) -> Vec<&'static Kind> {
    let mut random = Random::new(seed);
    let of_profile = random.chance(10);
    // A misspelt key hides what stands below it.
    let fits = |kind: &&Kind| match kind.phase {
        _ if kind.name == "misspelt key of the profile" => false,
        Phase::Yaml => false,
        Phase::Profile => of_profile,
        _ => !of_profile,
    };
    let mut left: Vec<&'static Kind> = kinds().filter(fits).collect();
    let count = 2 + random.below(3);
    (0..count.min(left.len())).map(|_| left.remove(random.below(left.len()))).collect()
}

#[test]
fn several_faults_of_a_project_are_found_in_one_check() {
    let seeds: Vec<u64> = (0..100).collect();
    none_fails(&seeds, |&seed| {
        let planted = plant(seed + 500, &several(seed));
        check(&planted, &written(&planted.project), &format!("{seed}: {}", names(&planted)))
    });
    let all: Vec<_> = seeds.iter().flat_map(|seed| several(*seed)).map(|kind| kind.name).collect();
    let kinds: BTreeSet<_> = all.iter().collect();
    println!("100 projects with {} faults of {} kinds", all.len(), kinds.len());
    assert!(kinds.len() >= 60);
}

#[test]
fn a_check_leaves_a_warehouse_as_it_is() {
    let seeds: Vec<u64> = (0..8).collect();
    none_fails(&seeds, |&seed| {
        let planted = plant(seed + 900, &several(seed + 900));
        let disk = OnDisk::new();
        disk.write("pipelines/before.sf", "CREATE TABLE kept AS SELECT 42 AS answer;");
        disk.sqlflow(&["run", "before"]).ok();
        std::fs::remove_file(disk.path("pipelines/before.sf")).unwrap();
        write_into(&planted.project, &disk);
        check(&planted, &disk, &format!("{seed}: {}", names(&planted)))
    });
}

#[test]
fn an_unplanted_project_is_sound() {
    // What the faults are put into has none of its own: the seeds that planting uses.
    let seeds: Vec<u64> = (500..520).map(|seed| seed * 1_000).collect();
    none_fails(&seeds, |&seed| {
        let disk = written(&Project::sound(seed));
        let ran = disk.sqlflow(&["check", "--format", "json"]);
        let findings = found(&document(&ran));
        findings.iter().map(|found| format!("{seed}: {found:?}")).collect()
    });
}
