//! CR-12: what each signal, and a reader that has gone, do to a run.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::time::Duration;

use sqlflow_tests_pipelines::Project;

fn endless() -> Project {
    Project::with("CREATE TABLE t AS SELECT sum(range) AS n FROM range(9e15::BIGINT);")
}

/// Mutation: every signal cancels; red for SIGTERM and SIGHUP.
#[test]
fn each_signal_ends_a_run_in_its_own_way_and_leaves_nothing_half_done() {
    for (signal, code, status) in
        [("INT", 130, "cancelled"), ("TERM", 143, "interrupted"), ("HUP", 129, "interrupted")]
    {
        let project = endless();
        let mut running = project.start(&["work"]);
        running.until("step_started");
        running.signal(signal);
        let id = running.id.clone();
        let (ended, took) = running.end();
        ended.exits(code);
        println!("CR-12: SIG{signal} ended the run after {took:?}");
        assert!(took < Duration::from_secs(2), "acceptance bar CR-12: SIG{signal} {took:?}");
        assert_eq!(project.shown(&id)["status"], status, "SIG{signal}");
        project.sqlflow(&["runs", "verify"]).ok();
    }
}

#[test]
fn the_last_line_of_a_run_that_was_stopped_says_how_to_go_on() {
    let project = endless();
    let mut command = project.command(&["run", "work"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
    assert!(lines.any(|line| line.is_ok_and(|line| line.starts_with("plan "))));
    let told = std::process::Command::new("kill").arg(child.id().to_string()).status();
    assert!(told.unwrap().success());
    let _ = lines.count();
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(143), "{out}");
    assert!(out.starts_with("stopped  0/1 steps"), "{out}");
    assert!(out.lines().last().unwrap().contains("`sqlflow runs resume "), "{out}");
}

/// Mutation: an observer whose failed write ends the run; red.
#[test]
fn a_reader_that_has_gone_does_not_harm_a_run() {
    let project = Project::with(
        "CREATE TABLE a AS SELECT count(*) AS n FROM range(50000000) AS r WHERE hash(range) % 7 = 1;
         CREATE TABLE b AS SELECT n FROM a;\nEXPORT b TO 'output/b.csv' TYPE CSV;",
    );
    let mut running = project.start(&["work"]);
    running.until("step_started");
    let mut child = running.stop_listening();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(project.files("output"), ["b.csv"]);
}

/// Mutation: `heard` that does not look at what is ignored; red.
#[test]
fn a_hangup_that_is_ignored_stays_ignored() {
    let project = endless();
    let mut command = std::process::Command::new("sh");
    let script = format!(
        "trap '' HUP; exec {} run work --log json",
        sqlflow_tests_pipelines::binary().display()
    );
    let mut child = command
        .args(["-c", &script])
        .current_dir(project.path(""))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    assert!(lines.any(|line| line.is_ok_and(|line| line.contains("step_started"))));
    for signal in ["HUP", "INT"] {
        let pid = child.id().to_string();
        let sent = std::process::Command::new("kill").args(["-s", signal, &pid]).status();
        assert!(sent.unwrap().success());
    }
    assert_eq!(child.wait().unwrap().code(), Some(130), "cancelled, not ended by a second signal");
    assert_eq!(project.shown("last")["status"], "cancelled");
}
