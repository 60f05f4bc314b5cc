//! CR-8: a runner that stands still until another one has taken over its pipeline.

use std::{fs, path::Path};

use sqlflow_tests_crash::{Ended, MEMORY, Project, await_stop, resume_stopped};

/// Times short enough for a test; the beat stands still with its process.
const SPANS: &str = "lease.lasts=400ms; lease.beat=100ms";

/// The zombie stands still at a place, another runner finishes its run, what that one has published
/// is taken away, and the zombie goes on: nothing comes back.
fn stand_still_at(place: &str) {
    let project = Project::new(&MEMORY);
    let zombie = project.start(&format!("{place}@1=stop"), SPANS);
    await_stop(&zombie.child);
    let (ended, refused) = run_until_free(&project);
    assert_eq!(ended.code, Some(0), "{place}: {}", ended.err);
    assert!(refused > 0, "{place}: the lease was not held");
    assert_eq!(project.result().verify(), [""; 0], "{place}");
    let output = project.root().join("output");
    fs::remove_dir_all(&output).unwrap();
    fs::create_dir(&output).unwrap();

    resume_stopped(&zombie.child);
    let zombie = zombie.wait();
    assert_ne!(zombie.code, Some(0), "{place}: {}", zombie.err);
    assert_eq!(names(&output), [""; 0], "{place}: the zombie has published");
}

/// Runs it again until no other runner has the lease; returns how often another one had.
fn run_until_free(project: &Project) -> (Ended, usize) {
    let mut refused = 0;
    loop {
        let ended = project.start("", SPANS).wait();
        if !ended.err.contains("SF0707") {
            return (ended, refused);
        }
        refused += 1;
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Mutation tried: PENDING
#[test]
fn a_runner_that_stood_still_past_its_lease_publishes_nothing() {
    for place in ["export.begun", "export.writing", "export.staged"] {
        stand_still_at(place);
    }
}

/// It is stopped behind the last look at the lease: what it has staged was swept meanwhile.
#[test]
fn a_runner_that_stood_still_right_before_it_publishes_finds_nothing_to_publish() {
    for place in ["export.written", "file.renaming"] {
        stand_still_at(place);
    }
}
