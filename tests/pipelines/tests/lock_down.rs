//! SQL reaches the project's data folders and nothing else (S1, S4).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use std::{fs, os::unix::fs::symlink};

use sqlflow_tests_pipelines::Project;

fn project() -> Project {
    let project = Project::new();
    project.write("profiles/secret.yml", "variables: { password: hunter2 }\n");
    project.write(".env", "PASSWORD=hunter2\n");
    project.write("data/open.csv", "n\n1\n");
    fs::create_dir_all(project.path("outside")).unwrap();
    project
}

/// Tries SQL as a transform and as an ad-hoc query: both are refused, and nothing leaks.
#[track_caller]
fn refused(project: &Project, sql: &str) {
    project.write(
        "pipelines/work.sf",
        format!("CREATE TABLE t AS {sql};\nEXPORT t TO 'output/t.csv' TYPE CSV;\n"),
    );
    for ran in [project.run(), project.sqlflow(&["query", sql])] {
        assert_ne!(ran.code, Some(0), "{sql}: {ran:?}");
        for leaked in ["hunter2", "root:"] {
            assert!(!ran.err.contains(leaked) && !ran.out.contains(leaked), "{sql}: {ran:?}");
        }
    }
    assert!(project.files("output").is_empty());
}

#[test]
fn sql_reads_the_projects_data() {
    let project = project();
    project.write(
        "pipelines/work.sf",
        "CREATE TABLE t AS FROM 'data/open.csv';\nEXPORT t TO 'output/t.csv' TYPE CSV;\n",
    );
    let data = project.path("data/open.csv");
    project.write(
        "pipelines/work.sf",
        format!(
            "CREATE TABLE t AS FROM '{}';\nEXPORT t TO 'output/t.csv' TYPE CSV;\n",
            data.display()
        ),
    );
    project.run().ok();
    assert_eq!(project.read("output/t.csv"), "n\n1\n");
}

#[test]
fn sql_cannot_read_profiles_env_system_files_or_through_links() {
    let project = project();
    symlink("/etc/passwd", project.path("data/link.csv")).unwrap();
    symlink("/etc", project.path("data/etc")).unwrap();
    let here = |path: &str| project.path(path).display().to_string();
    let paths = [
        here("profiles/secret.yml"),
        here("profiles/dev.yml"),
        here(".env"),
        here("data/../.env"),
        here("data/../profiles/secret.yml"),
        here("data/link.csv"),
        here("data/etc/passwd"),
        "/etc/passwd".to_owned(),
        "/proc/self/environ".to_owned(),
        "profiles/secret.yml".to_owned(),
        ".env".to_owned(),
    ];
    for path in paths {
        for reader in ["read_text", "read_csv", "read_blob"] {
            refused(&project, &format!("SELECT * FROM {reader}('{path}')"));
        }
        refused(&project, &format!("SELECT * FROM '{path}'"));
    }
    refused(&project, &format!("SELECT * FROM glob('{}')", here("profiles/*")));
}

#[test]
fn no_statement_can_be_smuggled_in_or_unlock_the_configuration() {
    let project = project();
    let statements = [
        "ATTACH '/tmp/x.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET allowed_directories = ['/']",
        "PRAGMA enable_external_access = true",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "EXPORT DATABASE '/tmp/x'",
    ];
    for statement in statements {
        // In a pipeline SET names a variable, whatever it is called.
        if !statement.starts_with("SET") {
            refused(&project, &format!("SELECT 1; {statement}"));
        }
        let ran = project.sqlflow(&["query", &format!("SELECT 1; {statement}")]);
        assert_ne!(ran.code, Some(0), "{statement}: {ran:?}");
        let ran = project.sqlflow(&["query", statement]);
        assert_ne!(ran.code, Some(0), "{statement}: {ran:?}");
    }
}
