use std::{fs, path::Path};

use sqlflow_profile::{Environment, Profile, Project, Variables};
use sqlflow_syntax::Diagnostic;
use tempfile::TempDir;

thread_local!(static FOLDER: TempDir = folder());

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("profiles")).expect("a folder in it");
    folder
}

/// Any file can be loaded as a profile, and its connections resolved: nothing panics, and every
/// place lies in the file and between two characters. What is refused is refused with a remedy.
///
/// # Panics
///
/// Something of that does not hold.
pub fn profile(bytes: &[u8]) {
    FOLDER.with(|folder| check(folder.path(), bytes));
}

fn check(folder: &Path, bytes: &[u8]) {
    fs::write(folder.join("profiles/dev.yml"), bytes).expect("the profile is written");
    let environment = Environment::of([("TOKEN", "x'y\n: z"), ("HOST", "localhost")]);
    match Profile::load(&Project::discover(folder), Some("dev"), &environment) {
        Ok(profile) => check_profile(&profile, &environment),
        Err(error) => {
            assert!(!error.diagnostics.is_empty(), "refused without a reason");
            check_places(&error.text, &error.diagnostics);
            assert!(error.diagnostics.iter().all(|found| found.help.is_some()), "{error}");
        }
    }
}

fn check_profile(profile: &Profile, environment: &Environment) {
    #[cfg(feature = "planted")]
    crate::planted::in_profile(profile);
    check_places(&profile.text, &profile.notes);
    let variables = Variables::new(Default::default(), &profile.variables, environment);
    for name in profile.variables.keys() {
        let _ = variables.lookup(name);
    }
    for name in profile.connections.keys() {
        if let Some(Err(error)) = profile.resolve_connection(name, &variables) {
            check_places(&error.text, &error.diagnostics);
        }
    }
}

fn check_places(text: &str, found: &[Diagnostic]) {
    for diagnostic in found {
        let place = diagnostic.span.range();
        assert!(text.get(place.clone()).is_some(), "{place:?} is no place in {text:?}");
    }
}
