//! `sqlflow plugin dev` builds and tries the connector again after each save, and goes on after an
//! error, until Ctrl-C.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::Duration,
};

use sqlflow_tests_authoring::author::Author;

/// Longer than a build takes; reached only where a test fails.
const LONG: Duration = Duration::from_secs(300);

/// What the loop prints, line by line.
struct Watched {
    child: Child,
    lines: Receiver<String>,
}

impl Watched {
    /// The lines up to the next one that says that it waits.
    fn round(&self) -> String {
        let mut told = String::new();
        loop {
            let line = self.lines.recv_timeout(LONG).unwrap_or_else(|_| panic!("after {told}"));
            if line.contains("waiting for a change") {
                return told;
            }
            told += &line;
            told.push('\n');
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn forward(from: impl Read + Send + 'static, to: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            // Nobody listens once the test has ended.
            let _ = to.send(line);
        }
    });
}

/// Both of its outputs come through one pipe, so that the lines keep their order.
fn watch(author: &Author) -> Watched {
    let script = r#"exec sqlflow plugin dev --preview lines --params '{"path": "note.txt"}' 2>&1"#;
    let mut command = author.command("bash");
    let mut child = command.args(["-c", script]).stdout(Stdio::piped()).spawn().unwrap();
    let (send, lines) = channel();
    forward(child.stdout.take().unwrap(), send);
    Watched { child, lines }
}

/// Mutation tried: the loop ends after an error; red.
#[test]
fn each_save_is_a_round_and_an_error_does_not_end_the_loop() {
    let mut author = Author::new();
    author.types("sqlflow plugin new watched").well();
    author.go("watched");
    fs::write(author.here().join("note.txt"), "the first line\n").unwrap();
    let source = author.here().join("src/lib.rs");
    let sound = fs::read_to_string(&source).unwrap();

    let watched = watch(&author);
    let first = watched.round();
    assert!(first.contains("the first line"), "{first}");

    fs::write(&source, format!("{sound}\nfn broken( {{}}\n")).unwrap();
    let broken = watched.round();
    assert!(broken.contains("error") && !broken.contains("the first line"), "{broken}");

    let shouting =
        r#"json!({"line": line, "text": format!("{}!", Result::map_err(text, failed)?)})"#;
    let quiet = r#"json!({"line": line, "text": Result::map_err(text, failed)?})"#;
    assert!(sound.contains(quiet));
    fs::write(&source, sound.replace(quiet, shouting)).unwrap();
    let mended = watched.round();
    assert!(mended.contains("the first line!"), "{mended}");
}
