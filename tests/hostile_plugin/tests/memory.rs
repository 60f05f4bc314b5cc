//! A plugin that takes memory without an end, in a process that may have 2 GB of address space: the
//! allocator gives up and the command tells whose call it was.
//!
//! A process that the system itself ends for want of memory is SF0812. That needs a memory cgroup,
//! which no test can count on. Tried by hand under one of 512 MiB: told within 1.3 s, exit code 7.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{fs, process::Command};

use support::{built, folder, hostile};

#[test]
fn memory_without_an_end_is_told_as_the_death_of_the_worker() {
    let project = folder();
    fs::create_dir_all(project.path().join("pipelines")).unwrap();
    let source = "SOURCE s TYPE HOSTILE PARAMS { \"at\": \"stream.next_batch\", \"how\": \"memory\" };\n\
                  LOAD t FROM s;\n";
    fs::write(project.path().join("pipelines/load.sf"), source).unwrap();
    let limited = "ulimit -v 2000000 && exec \"$0\" run load --plugin \"$1\"";
    let mut command = Command::new("sh");
    command.args(["-c", limited]).arg(built().join("sqlflow")).arg(hostile());
    let output = command.current_dir(project.path()).env_clear().output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(70), "{told}");
    let message =
        "error[SF0810]: the worker died of SIGABRT in the call `next batch` of the connector";
    assert!(told.contains(message), "{told}");
}
