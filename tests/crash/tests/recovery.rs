//! What a restart takes, and what it knows without its log.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, time::Duration};

use sqlflow_tests_crash::{APPEND, EXPORT, MEMORY, Project, REPLACE};

/// CR-13: the bar for the first new row after a restart.
const BAR: Duration = Duration::from_secs(1);

#[test]
fn the_first_new_row_after_a_restart_comes_within_a_second() {
    let before = Project::new(&REPLACE);
    let mut took: Vec<u64> = (1..=9).map(|batch| first_row_after(&before, batch)).collect();
    took.sort_unstable();
    let (median, most) = (took[4], took[8]);
    println!("first new row after a restart: median {median} us, at most {most} us of 9");
    assert!(Duration::from_micros(most) <= BAR, "{took:?}");
}

/// Kills the run while it loads, and returns the microseconds from the restart to its first batch.
fn first_row_after(before: &Project, batch: u32) -> u64 {
    let project = before.copied();
    let killed = project.run(&format!("scan.handed@{batch}=kill"));
    assert!(killed.has_died(), "{}", killed.err);
    let resumed = project.run("");
    assert_eq!(project.result().verify(), [""; 0]);
    let first = resumed.passes.iter().find(|(_, place)| place == "load.batch");
    first.unwrap().0
}

/// Mutations tried: the marker not written, written behind the commit, not looked for; red each: the
/// load is read again, and its rows are there twice or its marker is refused.
#[test]
fn what_has_committed_and_could_not_say_so_is_not_done_again() {
    for place in ["engine.committed@1", "step.committed@2", "step.concluding@2"] {
        let project = Project::new(&APPEND);
        let killed = project.run(&format!("{place}=kill"));
        assert!(killed.has_died(), "{place}: {}", killed.err);
        let left = project.look();
        assert_eq!(left.reads_left(), 0, "{place}");
        let resumed = project.run("");
        assert_eq!(resumed.code, Some(0), "{place}: {}", resumed.err);
        assert_eq!(left.other_work(&resumed), None, "{place}");
        assert_eq!(project.result().verify(), [""; 0], "{place}");
    }
}

/// Mutation tried: a resume that does all done steps again; red, it publishes what is published.
#[test]
fn what_the_log_knows_to_be_done_is_not_done_again() {
    let project = Project::new(&EXPORT);
    let killed = project.run("run.finishing@1=kill");
    assert!(killed.has_died(), "{}", killed.err);
    let resumed = project.run("");
    assert_eq!(resumed.code, Some(0), "{}", resumed.err);
    assert_eq!((resumed.passed("source.read"), resumed.passed("writer.commit")), (0, 0));
    assert_eq!(project.result().verify(), [""; 0]);
}

/// Mutation tried: a resume that takes tables in memory for done; red, the export finds none.
#[test]
fn tables_that_died_with_the_process_are_made_again() {
    let project = Project::new(&MEMORY);
    let killed = project.run("export.begun@1=kill");
    assert!(killed.has_died(), "{}", killed.err);
    let resumed = project.run("");
    assert_eq!(resumed.code, Some(0), "{}", resumed.err);
    assert_eq!(project.result().verify(), [""; 0]);
}

/// The log is lost back to the first step's start: what has committed since is known by its marker.
///
/// Mutations tried: the marker not written, not looked for; red, it is read again.
#[test]
fn steps_that_an_older_log_does_not_know_to_be_done_are_recovered_by_their_markers() {
    for pipeline in [&REPLACE, &APPEND] {
        let project = Project::new(pipeline);
        let killed = project.run("step.started@3=kill");
        assert!(killed.has_died(), "{}", killed.err);
        let log = project.root().join(".sqlflow");
        let kept = tempfile::tempdir().unwrap();
        copy_files(&log, kept.path());
        let resumed = project.run("");
        assert_eq!(resumed.code, Some(0), "{}", resumed.err);
        fs::remove_dir_all(&log).unwrap();
        fs::create_dir(&log).unwrap();
        copy_files(kept.path(), &log);

        let again = project.run("");
        assert_eq!(again.code, Some(0), "{}", again.err);
        assert_eq!(again.passed("source.read"), 0, "{}", pipeline.name);
        assert!(again.passed("step.recovered") >= 1, "{}", pipeline.name);
        assert_eq!(project.result().verify(), [""; 0], "{}", pipeline.name);
    }
}

/// What the attempt has staged has the token of its run, which a new run in its place does not have.
///
/// Mutation tried: no sweep before a write; red for the new run.
#[test]
fn what_a_dead_export_has_staged_is_swept_by_a_resume_and_by_a_new_run() {
    swept_by(&["run", "export"]);
    swept_by(&["run", "export", "--fresh"]);
}

fn swept_by(command: &[&str]) {
    let project = Project::new(&EXPORT);
    let killed = project.run("export.writing@2=kill");
    assert!(killed.has_died(), "{}", killed.err);
    let hidden = |project: &Project| {
        let entries = fs::read_dir(project.root().join("output")).unwrap().flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with('.')).count()
    };
    assert!(hidden(&project) > 0, "the dead attempt has left nothing");
    let ended = project.start_with(command, "", "").wait();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert_eq!(hidden(&project), 0, "{command:?}");
}

fn copy_files(from: &std::path::Path, to: &std::path::Path) {
    for entry in fs::read_dir(from).unwrap().flatten() {
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
