//! The stored inputs of the fuzzer, and every pipeline and profile of the repository, go through
//! the targets.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

use std::{fs, path::Path};

use sqlflow_tests_fuzz::{TARGETS, parser, profile};
use walkdir::WalkDir;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(Path::parent).unwrap()
}

/// The files below a folder whose names end so.
fn files(folder: &Path, endings: &[&str]) -> Vec<Vec<u8>> {
    let built = |name: &str| name == "target" || name == ".git";
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    let entries = entries
        .filter_entry(|entry| !entry.file_name().to_str().is_some_and(built))
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file());
    let wanted = entries.filter(|entry| {
        let name = entry.file_name().to_string_lossy();
        endings.iter().any(|ending| name.ends_with(ending))
    });
    wanted.map(|entry| fs::read(entry.path()).unwrap()).collect()
}

#[test]
fn the_stored_inputs_hold() {
    for (name, target) in TARGETS {
        let inputs = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name), &[""]);
        assert!(inputs.len() >= 10, "{name}: {} inputs", inputs.len());
        inputs.iter().for_each(|input| target(input));
    }
}

#[test]
fn the_pipelines_and_profiles_of_the_repository_hold() {
    let pipelines = files(repository(), &[".sf"]);
    assert!(pipelines.len() > 20);
    pipelines.iter().for_each(|text| parser(text));
    let profiles = files(repository(), &["profile.yml", "dev.yml", "prod.yml"]);
    assert!(profiles.len() > 3);
    profiles.iter().for_each(|text| profile(text));
}
