//! The mistakes of `sqlflow plugin new`, `build`, `dev` and `docs`; what goes well is tested by
//! `tests/authoring`, with real builds.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::process::Command;

use support::{Ended, Project};

const MANIFEST: &str = "[package]\nname = \"sqlflow-connector-acme\"\nversion = \"0.1.0\"\n\
    edition = \"2024\"\n[workspace]\n";

/// A connector's crate with this source and more in its Cargo.toml.
fn crate_of(more: &str, file: &str, source: &str) -> Project {
    let project = Project::empty();
    project.write("Cargo.toml", &format!("{MANIFEST}{more}"));
    project.write("connector.toml", "name = \"acme\"\nkinds = [\"source\"]\nabi_min = \"1.0\"\n");
    project.write(file, source);
    project
}

/// With the environment of the test, in which cargo is found.
fn with_cargo(project: &Project, args: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sqlflow"));
    command.args(args).current_dir(project.path()).env("CARGO_NET_OFFLINE", "true");
    Ended::of(command.env_remove("CARGO_TARGET_DIR").output().unwrap())
}

fn refused(ended: &Ended, exit: i32, code: &str, says: &str) {
    assert_eq!(ended.code, exit, "{}", ended.stderr);
    assert!(ended.stderr.contains(&format!("error[{code}]: ")), "{}", ended.stderr);
    assert!(ended.stderr.contains(says), "{}", ended.stderr);
    assert!(ended.stderr.contains("help: "), "{}", ended.stderr);
}

#[test]
fn a_name_that_no_connector_can_have_is_refused_and_nothing_written() {
    let project = Project::empty();
    for name in ["Acme", "1st", "a-b", "a.b", "../a", "_a", "", &"a".repeat(33)] {
        let ended = project.sqlflow(&["plugin", "new", name]);
        refused(&ended, 1, "SF0461", "cannot be a connector's name");
    }
    assert_eq!(project.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_folder_that_is_there_is_left_alone() {
    let project = Project::empty();
    project.write("acme/notes.txt", "mine");
    let ended = project.sqlflow(&["plugin", "new", "acme"]);
    refused(&ended, 1, "SF0462", "acme is there already");
    assert_eq!(project.path().join("acme").read_dir().unwrap().count(), 1);
}

#[test]
fn an_async_destination_and_a_wrong_sdk_are_refused_before_anything_is_written() {
    let project = Project::empty();
    let of_kind = ["plugin", "new", "acme", "--kind", "destination", "--async"];
    refused(&project.sqlflow(&of_kind), 1, "SF0463", "only sources");
    project.write("empty/file", "");
    let of_sdk = ["plugin", "new", "acme", "--sdk", "empty"];
    refused(&project.sqlflow(&of_sdk), 1, "SF0464", "empty is not in a checkout");
    assert!(!project.path().join("acme").exists());
}

#[test]
fn a_folder_that_is_no_connectors_is_refused_by_every_verb() {
    let project = Project::empty();
    for verb in ["build", "dev", "docs"] {
        refused(&project.sqlflow(&["plugin", verb]), 1, "SF0465", "it has no Cargo.toml");
    }
    project.write("Cargo.toml", MANIFEST);
    refused(&project.sqlflow(&["plugin", "build"]), 1, "SF0465", "it has no connector.toml");
}

#[test]
fn a_path_without_cargo_is_told() {
    let project = crate_of("", "src/lib.rs", "");
    refused(&project.sqlflow(&["plugin", "build"]), 1, "SF0466", "cargo cannot be started");
}

#[test]
fn what_the_compiler_says_is_shown() {
    let cdylib = "[lib]\ncrate-type = [\"cdylib\"]\n";
    let project = crate_of(cdylib, "src/lib.rs", "fn f() -> u8 { \"not a number\" }\n");
    for args in [&["plugin", "build"][..], &["plugin", "dev", "--once"], &["plugin", "docs"]] {
        let ended = with_cargo(&project, args);
        refused(&ended, 5, "SF0467", "mismatched types");
        assert_eq!(ended.stdout, "");
    }
}

#[test]
fn a_crate_that_builds_no_shared_library_is_told_what_it_lacks() {
    let project = crate_of("", "src/lib.rs", "");
    refused(&with_cargo(&project, &["plugin", "build"]), 1, "SF0468", "crate-type = [\"cdylib\"]");
}

#[test]
fn a_shared_library_that_is_no_plugin_is_refused_after_the_build() {
    let project = crate_of("[lib]\ncrate-type = [\"cdylib\"]\n", "src/lib.rs", "");
    let ended = with_cargo(&project, &["plugin", "build"]);
    refused(&ended, 1, "SF0417", "connector manifest");
}

#[test]
fn a_readme_without_markers_is_not_changed() {
    let project = Project::of(&[]);
    project.write("README.md", "# mine\n");
    let args = ["plugin", "docs", "csv", "--write", "README.md"];
    refused(&project.sqlflow(&args), 1, "SF0469", "has no place for the reference");
    let text = std::fs::read_to_string(project.path().join("README.md")).unwrap();
    assert_eq!(text, "# mine\n");
}

#[test]
fn the_reference_of_a_connector_has_a_row_for_each_option() {
    let ended = Project::of(&[]).sqlflow(&["plugin", "docs", "csv"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let row = "| `has_header` (`header`) | true or false | `true` | Whether the first line of each \
        file names the columns. |";
    for line in ["## Source", "## Destination", "| option | type | default | meaning |", row] {
        assert!(ended.stdout.lines().any(|found| found == line), "{line}\n{}", ended.stdout);
    }
    let schema = Project::of(&[]).sqlflow(&["plugin", "docs", "csv", "--schema"]).json();
    assert_eq!(schema["source"]["properties"]["path"]["x-path"], true);
    assert_eq!(schema["destination"]["type"], "object");
}
