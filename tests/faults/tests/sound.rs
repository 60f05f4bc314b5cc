//! Sound projects: a check finds nothing, and they run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod support;

use sqlflow_tests_faults::Project;
use sqlflow_tests_pipelines::Project as OnDisk;
use support::{document, none_fails, snapshot, written};

const PROJECTS: u64 = 100;

/// One in this many is run as well.
const RUN_EVERY: u64 = 5;

/// What is wrong with a check of a sound project.
fn check(disk: &OnDisk, what: &str) -> Vec<String> {
    let before = snapshot(disk);
    let ran = disk.sqlflow(&["check", "--format", "json"]);
    let mut wrong = Vec::new();
    let document = document(&ran);
    if ran.code != Some(0) || document["findings"] != serde_json::json!([]) {
        wrong.push(format!("{what}: exit {:?}: {:#}", ran.code, document["findings"]));
    }
    let unchecked = |pipeline: &serde_json::Value| pipeline["unchecked"] != serde_json::json!([]);
    if document["pipelines"].as_array().unwrap().iter().any(unchecked) {
        wrong.push(format!("{what}: something is not checked: {document:#}"));
    }
    if snapshot(disk) != before {
        wrong.push(format!("{what}: the check has changed a file"));
    }
    wrong
}

fn run(project: &Project, disk: &OnDisk, what: &str) -> Vec<String> {
    let failed = |name: &str| {
        let ran = disk.sqlflow(&["run", name]);
        (ran.code != Some(0)).then(|| format!("{what}: {name}: {ran:?}"))
    };
    project.names().filter_map(failed).collect()
}

#[test]
fn a_hundred_sound_projects_have_no_findings_and_a_fifth_of_them_run() {
    let seeds: Vec<u64> = (0..PROJECTS).collect();
    none_fails(&seeds, |&seed| {
        let project = Project::sound(seed);
        let disk = written(&project);
        let mut wrong = check(&disk, &format!("project {seed}"));
        if !disk.files("warehouse").is_empty() {
            wrong.push(format!("project {seed}: the check has made a database"));
        }
        if seed % RUN_EVERY == 0 {
            wrong.extend(run(&project, &disk, &format!("project {seed}")));
            // What the run has made is no mistake in the next check, and stays as it is.
            wrong.extend(check(&disk, &format!("project {seed} after its run")));
        }
        wrong
    });
    let statements: usize = seeds.iter().map(|seed| Project::sound(*seed).statements()).sum();
    let pipelines: usize = seeds.iter().map(|seed| Project::sound(*seed).names().count()).sum();
    println!("{PROJECTS} sound projects: {pipelines} pipelines, {statements} statements");
}

#[test]
fn a_seed_makes_the_same_project_every_time() {
    let files = |seed| Project::sound(seed).files().map(|(_, bytes)| bytes).collect::<Vec<_>>();
    assert_eq!(files(7), files(7));
    assert_ne!(files(7), files(8));
}
