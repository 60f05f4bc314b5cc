//! CR-1 and CR-4: SIGKILL at every named place, of the worker at its first and its second passing,
//! and of worker and supervisor once more in the resume; then a plain `sqlflow run`.

use std::collections::BTreeMap;

use sqlflow_tests_crash::{APPEND, EXPORT, MEMORY, Pipeline, Project, REPLACE};

/// Kills a pipeline at every place that it passes and compares what the resume has made of it with
/// an uninterrupted run.
fn kill_everywhere(pipeline: &'static Pipeline) {
    let before = Project::new(pipeline);
    let whole = before.copied();
    let ended = whole.run("");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert_eq!(whole.result().verify(), [""; 0], "an uninterrupted run");
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, place) in &ended.passes {
        *places.entry(place).or_default() += 1;
    }
    let (mut violations, mut kills) = (Vec::new(), 0);
    for (place, times) in places {
        for at in 1..=times.min(2) {
            let (found, killed) = kill_twice(&before, place, at);
            kills += killed;
            violations.extend(found);
        }
    }
    println!("{}: {kills} kills, {} violations", pipeline.name, violations.len());
    assert_eq!(violations, [""; 0]);
}

/// Kills the run and its resume at a place; returns what is wrong then, and how many were killed.
fn kill_twice(before: &Project, place: &str, at: u32) -> (Vec<String>, u32) {
    let project = before.copied();
    let kill = |order: String| {
        let killed = project.run(&order);
        (project.look(), u32::from(killed.code != Some(0)))
    };
    let (first, once) = kill(format!("{place}@{at}=kill"));
    let (second, twice) = kill(format!("{place}@1=kill-both"));
    let mut violations = first.torn();
    violations.extend(second.torn());
    let ended = project.run("");
    if ended.code != Some(0) {
        violations.push(ended.err.clone());
    }
    violations.extend(second.other_work(&ended));
    violations.extend(project.result().verify());
    (violations.iter().map(|what| format!("{place}@{at}: {what}")).collect(), once + twice)
}

/// The mutations are tried in `recovery.rs` and `zombies.rs`, each against the place that shows it.
#[test]
fn a_pipeline_that_replaces_tables_is_whole_after_a_kill_at_any_place() {
    kill_everywhere(&REPLACE);
}

#[test]
fn rows_are_appended_once_a_run_whatever_place_it_is_killed_at() {
    kill_everywhere(&APPEND);
}

#[test]
fn exported_files_are_the_old_or_the_new_ones_whatever_place_the_run_is_killed_at() {
    kill_everywhere(&EXPORT);
}

#[test]
fn tables_in_memory_are_made_again_whatever_place_the_run_is_killed_at() {
    kill_everywhere(&MEMORY);
}
