//! CR-8: a runner that stands still until another one has taken over its pipeline.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use sqlflow_tests_crash::{
    Ended, MEMORY, PARQUET, Pipeline, Project, Started, await_stop, resume_stopped,
};

/// Times short enough for a test. Without a beat the zombie learns nothing before it asks.
const SPANS: &str = "lease.lasts=2500ms; lease.beat=60000ms";

/// The zombie stands still at a place, another runner finishes its run, what that one has published
/// is taken away, and the zombie goes on: nothing comes back.
fn stand_still_at(pipeline: &'static Pipeline, place: &str) {
    let project = Project::new(pipeline);
    let zombie = start(&project, &format!("{place}@1=stop"));
    await_stop(&zombie.child);
    let (ended, refused) = run_until_free(&project);
    assert_eq!(ended.code, Some(0), "{place}: {}", ended.err);
    assert!(refused > 0, "{place}: the lease was not held");
    let output = project.root().join("output");
    let published: Vec<_> = names(&output).into_iter().filter(|name| !is_staged(name)).collect();
    assert!(!published.is_empty(), "{place}: nothing was published");
    published.iter().for_each(|name| fs::remove_file(output.join(name)).unwrap());

    resume_stopped(&zombie.child);
    let zombie = zombie.wait();
    assert_ne!(zombie.code, Some(0), "{place}: {}", zombie.err);
    assert_eq!(names(&output), [""; 0], "{place}: the zombie has published: {}", zombie.err);
}

/// Runs it again until no other runner has the lease; returns how often another one had.
fn run_until_free(project: &Project) -> (Ended, usize) {
    let mut refused = 0;
    loop {
        let ended = start(project, "").wait();
        if !ended.err.contains("SF0707") {
            return (ended, refused);
        }
        refused += 1;
    }
}

/// One step at a time: who stands still while another thread writes to the log holds the lock of its
/// file, and nobody can take over before it is let go.
fn start(project: &Project, faults: &str) -> Started {
    project.start_with(&["run", project.pipeline.name, "--max-parallel", "1"], faults, SPANS)
}

fn is_staged(name: &str) -> bool {
    name.starts_with('.')
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Mutation tried: the lease not looked at before the publish; red, the zombie publishes.
#[test]
fn a_runner_that_stood_still_past_its_lease_publishes_nothing() {
    for place in ["export.begun", "export.writing", "export.staged"] {
        stand_still_at(&PARQUET, place);
    }
}

/// It is stopped behind the last look at the lease: what it has staged was swept meanwhile.
#[test]
fn a_runner_that_stood_still_right_before_it_publishes_finds_nothing_to_publish() {
    for place in ["export.written", "file.renaming"] {
        stand_still_at(&MEMORY, place);
    }
}
