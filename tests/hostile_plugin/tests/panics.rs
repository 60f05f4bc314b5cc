//! A plugin that panics at any entry, in any way: the panic becomes a typed error or nothing, and
//! the process goes on.
//!
//! One way has no cell here: a value whose drop panics while another panic unwinds. Rust ends the
//! process; `aborts.rs` shows what is left of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fs;

use serde_json::json;
use sqlflow_plugin_sdk::{ErrorKind, Result};
use support::{Ends, folder, hostile, named, runs, the_next_run_is_green};

/// Ways to panic, and whether the text of the panic can be told.
const PANICS: [(&str, bool); 5] =
    [("panic", true), ("payload", false), ("drop", true), ("display", true), ("thread", true)];

/// Entries that answer: a panic there is the answer's error. A writer is dropped by its commit.
const ANSWERING: [&str; 22] = [
    "source.open",
    "source.check",
    "source.discover",
    "source.schema",
    "source.plan",
    "source.read",
    "stream.cancel_token",
    "stream.schema",
    "stream.next_batch",
    "stream.checkpoint",
    "destination.open",
    "destination.check",
    "destination.describe",
    "destination.apply",
    "destination.recover",
    "destination.begin",
    "writer.cancel_token",
    "writer.write",
    "writer.commit",
    "writer.abort",
    "writer.drop",
    "destination.committed",
];

/// Those of them that have no error to give but a panic.
const CANNOT_FAIL: [&str; 4] =
    ["stream.cancel_token", "stream.schema", "writer.cancel_token", "writer.drop"];

/// Entries that answer nothing: the run goes on as if nothing had been.
const SILENT: [&str; 7] = [
    "source.drop",
    "source.cancel",
    "stream.drop",
    "stream.cancel",
    "destination.drop",
    "destination.cancel",
    "writer.cancel",
];

/// Drives whichever role has this entry.
fn run(entry: &str, how: &str) -> Result<()> {
    let hostile = hostile();
    let config = json!({"at": entry, "how": how});
    if entry.starts_with("source") || entry.starts_with("stream") {
        runs::source(&hostile, "hostile", config).map(|rows| assert_eq!(rows, 2))
    } else {
        runs::destination(&hostile, "hostile", config).map(|rows| assert_eq!(rows, 1))
    }
}

#[test]
fn a_panic_at_an_entry_that_answers_is_its_error() {
    for entry in ANSWERING {
        for (how, told) in PANICS {
            let cell = format!("{how} at {entry}");
            let error = run(entry, how).unwrap_err();
            Ends::with(ErrorKind::Bug, None, "the plugin panicked").check(&cell, &error);
            let boom = format!("boom at {entry}");
            assert!(!told || error.message().contains(&boom), "{cell}: {error:?}");
            assert_eq!(error.remedy(), Some("report it to the plugin's author, with the log"));
            the_next_run_is_green(&cell);
        }
    }
}

#[test]
fn a_panic_at_an_entry_that_answers_nothing_disturbs_nothing() {
    for entry in SILENT {
        for (how, _) in PANICS {
            let cell = format!("{how} at {entry}");
            run(entry, how).unwrap_or_else(|error| panic!("{cell}: {error:?}"));
            the_next_run_is_green(&cell);
        }
    }
}

#[test]
fn a_panic_on_a_thread_that_nobody_asks_for_disturbs_nothing() {
    for entry in ANSWERING.into_iter().chain(SILENT) {
        run(entry, "detached").unwrap_or_else(|error| panic!("{entry}: {error:?}"));
        the_next_run_is_green(entry);
    }
}

#[test]
fn a_plugin_that_panics_while_it_describes_itself_is_refused() {
    let (off, on) = (b"sqlflow-hostile-spec:OFF", b"sqlflow-hostile-spec: ON");
    let mut bytes = fs::read(hostile()).unwrap();
    let places: Vec<usize> =
        (0..bytes.len() - off.len()).filter(|at| bytes[*at..].starts_with(off)).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + on.len()].copy_from_slice(on);
    }
    let folder = folder();
    let library = folder.path().join("libsqlflow_connector_hostile.so");
    fs::write(&library, bytes).unwrap();
    let error = named(&library).specs("hostile").unwrap_err();
    Ends::with(ErrorKind::Bug, Some("SF0423"), "the plugin panicked: boom at plugin.spec")
        .check("plugin.spec", &error);
    the_next_run_is_green("plugin.spec");
}

#[test]
fn an_error_of_any_text_crosses_whole() {
    for entry in ANSWERING {
        if CANNOT_FAIL.contains(&entry) {
            continue;
        }
        let error = run(entry, "nul").unwrap_err();
        Ends::with(ErrorKind::Data, None, "a\0b").check(entry, &error);
        assert_eq!(error.remedy(), Some("c\0d"), "{entry}");
        assert_eq!(error.context()[0], ("e\0f".to_owned(), "g\0h".to_owned()), "{entry}");
        let error = run(entry, "huge").unwrap_err();
        Ends::with(ErrorKind::Data, None, "xxx").check(entry, &error);
        assert!(error.message().len() <= 1 << 20, "{entry}");
        the_next_run_is_green(entry);
    }
}

#[test]
fn a_chain_of_causes_that_never_ends_is_cut() {
    let error = run("source.check", "chain").unwrap_err();
    Ends::with(ErrorKind::Data, None, "strange").check("chain", &error);
    assert_eq!(error.causes().len(), 64);
    the_next_run_is_green("chain");
}
