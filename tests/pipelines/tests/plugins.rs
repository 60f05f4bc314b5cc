//! Plugins are found, listed and loaded without ever disturbing one another.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use std::{fs, os::unix::fs::PermissionsExt};

use sqlflow_tests_pipelines::{Project, binary, plugin};

const PIPELINE: &str = "SOURCE raw TYPE CSV PARAMS {\"path\": \"data/a.csv\"};\nLOAD t FROM raw;\nEXPORT t TO 'output/t.csv' TYPE CSV;\n";

/// A project with a copy of the binary in a folder of its own, beside which no plugin lies.
fn lonely() -> (Project, std::path::PathBuf) {
    let project = Project::with(PIPELINE);
    project.write("data/a.csv", "n\n1\n");
    let folder = project.path("bin");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(binary(), folder.join("sqlflow")).unwrap();
    for library in fs::read_dir(sqlflow_tests_pipelines::built()).unwrap().flatten() {
        if library.file_name().to_string_lossy().starts_with("libduckdb") {
            fs::hard_link(library.path(), folder.join(library.file_name()))
                .or_else(|_| fs::copy(library.path(), folder.join(library.file_name())).map(drop))
                .unwrap();
        }
    }
    (project, folder)
}

fn run(
    project: &Project,
    folder: &std::path::Path,
    arguments: &[&str],
) -> sqlflow_tests_pipelines::Ran {
    let mut command = std::process::Command::new(folder.join("sqlflow"));
    command
        .args(arguments)
        .current_dir(project.path(""))
        .env_clear()
        .env("HOME", project.path("home"));
    command.output().unwrap().into()
}

#[test]
fn without_its_plugin_a_pipeline_fails_and_says_where_it_looked() {
    let (project, bin) = lonely();
    run(&project, &bin, &["run", "work"]).exits(4).says(&["csv", "--plugin"]);
    let library = plugin("csv");
    run(&project, &bin, &["run", "work", "--plugin", library.to_str().unwrap()]).ok();
    assert_eq!(project.read("output/t.csv"), "n\n1\n");
}

#[test]
fn a_broken_plugin_is_listed_with_its_reason_and_disturbs_no_other() {
    let (project, bin) = lonely();
    fs::copy(plugin("csv"), bin.join("libsqlflow_connector_csv.so")).unwrap();
    let whole = fs::read(plugin("parquet")).unwrap();
    fs::write(bin.join("libsqlflow_connector_parquet.so"), &whole[..whole.len() / 2]).unwrap();
    fs::write(bin.join("libsqlflow_connector_text.so"), "not a library").unwrap();
    let listed = run(&project, &bin, &["plugin", "list"]).ok();
    for text in ["csv", "cut short", "not a connector plugin"] {
        assert!(listed.out.contains(text), "no {text} in {}", listed.out);
    }
    run(&project, &bin, &["run", "work"]).ok();
}

#[test]
fn a_plugin_that_came_with_the_project_is_not_loaded() {
    let (project, bin) = lonely();
    project.write("profiles/dev.yml", "plugins: { path: [plugins] }\n");
    fs::create_dir_all(project.path("plugins")).unwrap();
    fs::copy(plugin("csv"), project.path("plugins/libsqlflow_connector_csv.so")).unwrap();
    run(&project, &bin, &["run", "work"]).exits(6).says(&["--plugin"]);
}

#[test]
fn a_plugin_that_anybody_may_change_is_refused() {
    let (project, bin) = lonely();
    let library = bin.join("libsqlflow_connector_csv.so");
    fs::copy(plugin("csv"), &library).unwrap();
    fs::set_permissions(&library, fs::Permissions::from_mode(0o666)).unwrap();
    run(&project, &bin, &["run", "work"]).exits(6).says(&["chmod"]);
}
