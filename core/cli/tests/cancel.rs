//! Ctrl-C.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use support::{Ended, Project};

/// Goes on for hours.
const ENDLESS: &str = "SELECT count(*) FROM range(10000000) AS a, range(10000000) AS b \
                       WHERE hash(a.range + b.range) = 1";

fn interrupt(child: &Child) {
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()));
}

#[test]
fn ctrl_c_cancels_a_run_whose_last_event_says_so() {
    let text = format!("CREATE TABLE t AS {ENDLESS};\n");
    let project = Project::of(&[("a", &text)]);
    let mut command = project.command(&["run", "a", "--log", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut events = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(events.any(|event| event.contains("step_started")));
    interrupt(&child);
    let last = events.last().unwrap();
    assert!(last.contains("run_cancelled"), "{last}");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn the_last_line_of_a_cancelled_run_says_cancelled() {
    let text = format!("CREATE TABLE t AS {ENDLESS};\n");
    let project = Project::of(&[("a", &text)]);
    let mut command = project.command(&["run", "a"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.starts_with("plan ")));
    interrupt(&child);
    let rest: Vec<String> = lines.collect();
    assert!(rest.iter().any(|line| line.starts_with("cancelling")), "{rest:?}");
    let ended = Ended::of(child.wait_with_output().unwrap());
    assert_eq!(ended.code, 130);
    assert!(ended.stdout.starts_with("cancelled  0/1 steps"), "{}", ended.stdout);
}
