//! A `sqlflow run` that is under way.

use std::{
    io::{BufRead, BufReader, Lines},
    os::unix::process::CommandExt,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{Project, Ran};

/// A run in a process of its own, whose events are read as they come.
#[derive(Debug)]
pub struct Running {
    child: Child,
    events: Lines<BufReader<ChildStdout>>,
    /// The run's id, once an event was read.
    pub id: String,
}

impl Project {
    /// Starts `sqlflow run` with these arguments and reads its events.
    pub fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(&[&["run"], arguments, &["--log", "json"]].concat());
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("sqlflow starts");
        let events = BufReader::new(child.stdout.take().expect("its output")).lines();
        Running { child, events, id: String::new() }
    }

    /// What `runs show` says of a run.
    pub fn shown(&self, run: &str) -> Value {
        let shown = self.sqlflow(&["runs", "show", run, "--format", "json"]).ok();
        serde_json::from_str(&shown.out).expect("JSON")
    }
}

impl Running {
    /// Reads events until one of this kind, and returns it.
    #[track_caller]
    pub fn until(&mut self, kind: &str) -> Value {
        loop {
            let line = self.events.next().unwrap_or_else(|| panic!("the run ended before {kind}"));
            let event: Value = serde_json::from_str(&line.expect("a line")).expect("an event");
            event["run_id"].as_str().unwrap_or_default().clone_into(&mut self.id);
            if event["kind"] == kind {
                return event;
            }
        }
    }

    /// Sends a signal, by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -s {name}");
    }

    /// Kills it, with the process that watches over it, and returns the run's id.
    pub fn kill(mut self) -> String {
        let group = format!("-{}", self.child.id());
        let killed = Command::new("kill").args(["-s", "KILL", "--", &group]).status();
        assert!(killed.is_ok_and(|status| status.success()), "kill {group}");
        self.child.wait().expect("its end");
        // The pipe ends with the last process that has it.
        self.events.by_ref().for_each(drop);
        self.id
    }

    /// Closes the pipe that its output goes to.
    pub fn stop_listening(self) -> Child {
        drop(self.events);
        self.child
    }

    /// Waits for its end, and says how long that took.
    pub fn end(self) -> (Ran, Duration) {
        let began = Instant::now();
        let Self { child, events, .. } = self;
        let rest: Vec<String> = events.map_while(Result::ok).collect();
        let ended = Ran::from(child.wait_with_output().expect("its end"));
        (Ran { out: rest.join("\n"), ..ended }, began.elapsed())
    }
}
