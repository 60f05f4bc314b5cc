//! Requests to stop, and either of the two processes killed, while a plugin does not listen.
//!
//! Mutation tried: the worker does not look for the end of its supervisor; red.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{
    fs,
    io::Read,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use support::{built, folder, hostile};
use tempfile::TempDir;

/// What a second request has to do within.
const SOON: Duration = Duration::from_secs(5);

/// A run that has come to a plugin that does this at its first batch.
struct Stuck {
    supervisor: Child,
    worker: u32,
    _project: TempDir,
}

fn stuck(how: &str) -> Stuck {
    let project = folder();
    let write = |path: &str, text: &str| {
        let path = project.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let mark = project.path().join("mark");
    write("profiles/dev.yml", "engine: { path: ':memory:' }\n");
    let source = format!(
        "SOURCE s TYPE HOSTILE PARAMS {{ \"at\": \"stream.next_batch\", \"how\": \"{how}\", \
         \"mark\": {mark:?} }};\nLOAD t FROM s;\n"
    );
    write("pipelines/load.sf", &source);
    let mut command = Command::new(built().join("sqlflow"));
    command.args(["run", "load", "--plugin"]).arg(hostile());
    command.current_dir(project.path()).env_clear().env("HOME", project.path());
    let supervisor = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("the plugin was reached", || mark.exists());
    let worker = worker_of(&supervisor);
    Stuck { supervisor, worker, _project: project }
}

/// The one child of a process.
fn worker_of(supervisor: &Child) -> u32 {
    let id = supervisor.id();
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
    children.trim().parse().unwrap_or_else(|_| panic!("one child: {children:?}"))
}

fn signal(process: u32, signal: &str) {
    let status = Command::new("kill").args([signal, &process.to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()));
}

fn is_there(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

/// Waits for what has to happen, and fails where it does not.
fn until(what: &str, happens: impl Fn() -> bool) {
    let begun = Instant::now();
    while !happens() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::yield_now();
    }
}

impl Stuck {
    /// The exit code, and what was told on standard output and standard error.
    fn end(mut self) -> (Option<i32>, String) {
        let mut told = String::new();
        self.supervisor.stdout.take().unwrap().read_to_string(&mut told).unwrap();
        self.supervisor.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        let status = self.supervisor.wait().unwrap();
        until("no worker is left", || !is_there(self.worker));
        (status.code().or(status.signal().map(|signal| -signal)), told)
    }
}

#[test]
fn the_first_request_ends_the_call_of_a_plugin_that_listens() {
    for (name, expect, word) in
        [("-INT", 130, "cancelled"), ("-TERM", 143, "stopped"), ("-HUP", 129, "stopped")]
    {
        let stuck = stuck("wait");
        signal(stuck.supervisor.id(), name);
        let (code, told) = stuck.end();
        assert_eq!(code, Some(expect), "{name}: {told}");
        assert!(told.starts_with(&format!("{word}  1/2 steps")), "{name}: {told}");
    }
}

#[test]
fn a_request_that_reaches_both_processes_counts_once() {
    let stuck = stuck("wait");
    signal(stuck.worker, "-INT");
    signal(stuck.supervisor.id(), "-INT");
    let (code, told) = stuck.end();
    assert_eq!(code, Some(130), "{told}");
    assert!(told.starts_with("cancelled"), "{told}");
}

#[test]
fn the_second_request_ends_a_plugin_that_does_not_listen() {
    let stuck = stuck("loop");
    let begun = Instant::now();
    signal(stuck.supervisor.id(), "-INT");
    // Requests that come at once are one.
    until("the first request was passed on", || begun.elapsed() > Duration::from_millis(200));
    signal(stuck.supervisor.id(), "-INT");
    let (code, told) = stuck.end();
    assert_eq!(code, Some(130), "{told}");
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}

#[test]
fn a_killed_worker_is_told() {
    let stuck = stuck("sleep");
    signal(stuck.worker, "-KILL");
    let (code, told) = stuck.end();
    assert_eq!(code, Some(70), "{told}");
    assert!(told.contains("error[SF0810]: the worker died of SIGKILL in the call"), "{told}");
    assert!(told.contains("  run: "), "{told}");
}

#[test]
fn a_worker_whose_supervisor_is_killed_stops() {
    let stuck = stuck("wait");
    signal(stuck.supervisor.id(), "-KILL");
    assert_eq!(stuck.end().0, Some(-9));
}

#[test]
fn a_death_is_told_in_json_too() {
    let project = folder();
    fs::create_dir_all(project.path().join("pipelines")).unwrap();
    let source = "SOURCE s TYPE HOSTILE PARAMS { \"at\": \"source.plan\", \"how\": \"abort\" };\n\
                  LOAD t FROM s;\n";
    fs::write(project.path().join("pipelines/load.sf"), source).unwrap();
    let mut command = Command::new(built().join("sqlflow"));
    command.args(["run", "load", "--format", "json", "--plugin"]).arg(hostile());
    command.current_dir(project.path()).env_clear().env("HOME", project.path());
    let output = command.output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(70), "{document}");
    assert_eq!(document["exit_code"], 70, "{document}");
    let error = &document["error"];
    assert_eq!(error["code"], "SF0810", "{document}");
    assert_eq!(error["kind"], "crashed", "{document}");
    assert_eq!(error["connector"], "hostile", "{document}");
}
