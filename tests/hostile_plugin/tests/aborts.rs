//! The one thing a plugin written with the sdk can do that the process does not outlive: a value
//! whose drop panics while another panic unwinds. Rust ends the process at once; no guard can help,
//! and only the worker's supervisor tells. What was committed stays, and the next run is green.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use support::{built, folder, hostile};

fn sqlflow(project: &Path, pipeline: &str) -> Output {
    Command::new(built().join("sqlflow"))
        .args(["run", pipeline, "--plugin"])
        .arg(hostile())
        .current_dir(project)
        .env_clear()
        .env("HOME", project)
        .output()
        .unwrap()
}

#[test]
fn a_second_panic_ends_the_process_and_leaves_what_was_committed() {
    let project = folder();
    let write = |path: &str, text: &str| {
        let path = project.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("profiles/dev.yml", "engine: { type: duckdb, path: warehouse/dev.duckdb }\n");
    write("pipelines/before.sf", "CREATE TABLE kept AS SELECT 42 AS n;\n");
    write(
        "pipelines/dies.sf",
        "SOURCE s TYPE HOSTILE PARAMS { \"at\": \"stream.next_batch\", \"how\": \"twice\" };\n\
         LOAD t FROM s;\n",
    );
    write("pipelines/after.sf", "EXPORT SELECT n FROM kept TO \"output/n.csv\" TYPE CSV;\n");
    let good = |name| {
        let output = sqlflow(project.path(), name);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    good("before");
    let died = sqlflow(project.path(), "dies");
    let told = String::from_utf8_lossy(&died.stderr).into_owned();
    assert_eq!(died.status.code(), Some(70), "{told}");
    let message =
        "error[SF0810]: the worker died of SIGABRT in the call `next batch` of the connector";
    assert!(told.contains(message), "{told}");
    good("after");
    assert_eq!(fs::read_to_string(project.path().join("output/n.csv")).unwrap(), "n\n42\n");
}
