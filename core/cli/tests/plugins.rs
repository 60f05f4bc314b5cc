//! `sqlflow plugin …`: what is listed, installed, pinned and refused, in a bare environment.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{Ended, Project};

#[test]
fn a_broken_plugin_is_listed_with_its_reason_and_disturbs_nothing() {
    let project = Project::of(&[("a", "CREATE TABLE t AS SELECT 1 AS a;\n")]);
    project.write("plugins/libsqlflow_connector_acme.so", "not a library");
    let named = ["--plugin", "plugins/libsqlflow_connector_acme.so"];
    let ended = project.sqlflow(&[&["plugin", "list"], &named[..]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("✗ libsqlflow_connector_acme.so: "), "{}", ended.stdout);
    let document =
        project.sqlflow(&[&["plugin", "list", "--format", "json"], &named[..]].concat()).json();
    let broken = &document[0];
    assert_eq!((&broken["usable"], &broken["name"]), (&false.into(), &serde_json::Value::Null));
    assert!(broken["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    let run = project.sqlflow(&[&["run", "a"], &named[..]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_file_is_inspected_without_a_project() {
    let project = Project::empty();
    project.write("x.so", "not a library");
    let ended = project.sqlflow(&["plugin", "inspect", "x.so"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("usable       false\n"), "{}", ended.stdout);
    assert!(ended.stdout.contains("reason       "), "{}", ended.stdout);
}

#[test]
fn a_connector_that_nobody_has_is_told_with_the_places_searched() {
    let ended = Project::of(&[]).sqlflow(&["plugin", "inspect", "nosuch"]);
    assert_eq!(ended.code, 1);
    assert!(
        ended.stderr.contains("error[SF0401]: there is no connector `nosuch`"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("help: "), "{}", ended.stderr);
}

const PIPELINE: &str = "SOURCE rows TYPE CSV PARAMS { \"path\": \"in.csv\" };\nLOAD t FROM rows;\n";

/// The built library of the CSV connector, which the binary finds beside itself too.
fn csv() -> PathBuf {
    let library =
        Path::new(env!("CARGO_BIN_EXE_sqlflow")).with_file_name("libsqlflow_connector_csv.so");
    assert!(library.is_file(), "build first: cargo build --release --workspace");
    library
}

/// A project whose one pipeline reads a CSV file.
fn reading() -> Project {
    let project = Project::of(&[("a", PIPELINE)]);
    project.write("in.csv", "n\n1\n2\n");
    project
}

fn at_home(project: &Project, args: &[&str]) -> Ended {
    let home = project.path().join("home");
    Ended::of(project.command(args).env("HOME", home).output().unwrap())
}

fn install(project: &Project, library: &Path) -> Ended {
    at_home(project, &["plugin", "install", library.to_str().unwrap()])
}

fn lock(project: &Project) -> String {
    fs::read_to_string(project.path().join("sqlflow.lock")).unwrap_or_default()
}

/// The copy in the user's plugin folder.
fn installed(project: &Project) -> PathBuf {
    let folder = project.path().join("home/.local/share/sqlflow/plugins");
    let mut found = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    found.find(|path| path.extension().is_some_and(|extension| extension == "so")).unwrap()
}

/// Mutation tried: `--locked` does not reach the search path; red.
#[test]
fn locked_runs_what_was_installed_and_pinned_and_nothing_else() {
    let project = reading();
    assert_eq!(at_home(&project, &["run", "a"]).code, 0);
    for verb in [&["run", "a"][..], &["check", "a"], &["preview", "in.csv"]] {
        let ended = at_home(&project, &[verb, &["--locked"]].concat());
        assert_eq!(ended.code, 6, "{verb:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("error[SF0414]: --locked: "), "{}", ended.stderr);
        assert!(ended.stderr.contains("help: pin it in sqlflow.lock"), "{}", ended.stderr);
    }
    let ended = install(&project, &csv());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.starts_with("installed csv "), "{}", ended.stdout);
    assert!(ended.stdout.contains("pinned in "), "{}", ended.stdout);
    assert!(lock(&project).contains("[[plugin]]\nname = \"csv\"\n"), "{}", lock(&project));
    let ended = at_home(&project, &["run", "a", "--locked"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

#[test]
fn a_plugin_installed_outside_a_project_is_pinned_nowhere_but_in_the_plugin_folder() {
    let folder = Project::empty();
    let ended = install(&folder, &csv());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(!ended.stdout.contains("pinned"), "{}", ended.stdout);
    assert_eq!(lock(&folder), "");
    assert!(installed(&folder).is_file());
}

/// Mutation tried: `verify` ends with 0; red.
#[test]
fn an_installed_library_that_changed_is_told_by_verify_and_not_run() {
    let project = reading();
    assert_eq!(
        at_home(&project, &["plugin", "verify"]).stdout,
        "no plugin is installed or pinned\n"
    );
    install(&project, &csv());
    let good = at_home(&project, &["plugin", "verify"]);
    assert_eq!(good.code, 0, "{}", good.stdout);
    assert_eq!(good.stdout.matches("✓ csv ").count(), 2, "{}", good.stdout);
    let mut bytes = fs::read(installed(&project)).unwrap();
    bytes.push(0);
    fs::write(installed(&project), bytes).unwrap();
    for args in [&["plugin", "verify"][..], &["plugin", "verify", "csv"]] {
        let bad = at_home(&project, args);
        assert_eq!(bad.code, 6, "{}", bad.stdout);
        assert_eq!(bad.stdout.matches("error[SF0415]").count(), 2, "{}", bad.stdout);
    }
    let ended = at_home(&project, &["run", "a"]);
    assert_eq!(ended.code, 6, "{}", ended.stderr);
    assert!(ended.stderr.contains("error[SF0415]"), "{}", ended.stderr);
    let unknown = at_home(&project, &["plugin", "verify", "nosuch"]);
    assert_eq!(unknown.code, 1, "{}", unknown.stderr);
    assert!(unknown.stderr.contains("error[SF0401]"), "{}", unknown.stderr);
}

#[test]
fn a_removed_plugin_is_neither_installed_nor_pinned() {
    let project = reading();
    install(&project, &csv());
    let ended = at_home(&project, &["plugin", "remove", "csv"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("no longer pinned in "), "{}", ended.stdout);
    assert!(!lock(&project).contains("csv"), "{}", lock(&project));
    assert_eq!(
        at_home(&project, &["plugin", "verify"]).stdout,
        "no plugin is installed or pinned\n"
    );
    let again = at_home(&project, &["plugin", "remove", "csv"]);
    assert_eq!(again.code, 1);
    assert!(again.stderr.contains("error[SF0401]"), "{}", again.stderr);
}

#[test]
fn what_cannot_be_installed_is_told_with_its_code() {
    let project = reading();
    project.write("x.so", "not a library");
    let ended = install(&project, &project.path().join("x.so"));
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("error[SF0402]"), "{}", ended.stderr);
    let homeless = project.sqlflow(&["plugin", "install", csv().to_str().unwrap()]);
    assert_eq!(homeless.code, 1, "{}", homeless.stderr);
    assert!(homeless.stderr.contains("help: set HOME or XDG_DATA_HOME"), "{}", homeless.stderr);
}

#[test]
fn a_broken_lock_is_told_with_its_line() {
    let project = reading();
    project.write("sqlflow.lock", "version = 1\n[[plugin]]\nname = 7\n");
    let ended = at_home(&project, &["run", "a"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("error[SF0416]"), "{}", ended.stderr);
    assert!(ended.stderr.contains("sqlflow.lock:3\n"), "{}", ended.stderr);
}

/// Mutation tried: the search takes `SQLFLOW_PLUGIN_PATH` from `.env`; red.
#[test]
fn a_project_that_brings_a_plugin_and_names_it_in_its_dotenv_is_not_heard() {
    let project = reading();
    let folder = project.path().join("plugins");
    project.write("plugins/libsqlflow_connector_evil.so", "not a library");
    project.write(".env", &format!("SQLFLOW_PLUGIN_PATH={}\n", folder.display()));
    let ended = at_home(&project, &["plugin", "list", "--format", "json"]);
    assert!(!ended.stdout.contains("evil"), "{}", ended.stdout);
}

#[test]
fn a_plugin_named_by_hand_is_run_with_a_notice() {
    let project = reading();
    let library = csv();
    let ended = at_home(&project, &["run", "a", "--plugin", library.to_str().unwrap()]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("warning from csv: loaded from "), "{}", ended.stderr);
}

#[test]
fn a_plugin_folder_that_cannot_be_made_is_told() {
    let project = reading();
    project.write("home/.local", "a file where a folder belongs");
    let ended = install(&project, &csv());
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let told = ["error[SF0425]: ", "cannot be written", "caused by: ", "help: "];
    assert!(told.iter().all(|text| ended.stderr.contains(text)), "{}", ended.stderr);
    assert_eq!(lock(&project), "", "nothing is pinned");
}
