//! Answers that are not what a call promises: nothing written, no JSON, JSON of another form, sizes
//! that cannot be, statuses that nobody knows.
//!
//! A buffer that is a little longer than what is allocated cannot be told from a whole one; a size
//! no answer has is refused before a byte is read.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::fs;

use serde_json::{Value, json};
use sqlflow_plugin_sdk::{Error, ErrorKind};
use support::{Ends, liar::liar, runs, the_next_run_is_green};
use tempfile::TempDir;

const IN_DESTINATION: [&str; 7] =
    ["begin", "write", "commit", "committed", "recover", "apply", "abort"];

/// Drives the role that has the call `lie` ends with.
fn run(lie: &str, mut config: Value) -> Result<(), Error> {
    config["lie"] = json!(lie);
    let call = lie.rsplit(':').next().unwrap();
    if IN_DESTINATION.contains(&call) {
        runs::destination(&liar(), "liar", config).map(drop)
    } else {
        runs::source(&liar(), "liar", config).map(drop)
    }
}

#[track_caller]
fn ends(lie: &str, config: Value, expect: Ends) {
    let cell = format!("{lie} {config}");
    let error = run(lie, config).err().unwrap_or_else(|| panic!("{cell}: went well"));
    expect.check(&cell, &error);
    the_next_run_is_green(&cell);
}

/// Runs a lie whose answer, or error, is these bytes.
#[track_caller]
fn ends_with_bytes(lie: &str, bytes: &[u8], expect: Ends) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("answer");
    fs::write(&file, bytes).unwrap();
    ends(lie, json!({"file": file, "status": 1}), expect);
}

#[test]
fn a_liar_without_a_lie_tells_the_truth() {
    assert_eq!(runs::source(&liar(), "liar", json!({})).unwrap(), 9);
    assert_eq!(runs::destination(&liar(), "liar", json!({})).unwrap(), 1);
    for fine in ["both:check", "static:check", "both:commit", "static:plan"] {
        run(fine, json!({})).unwrap_or_else(|error| panic!("{fine}: {error:?}"));
    }
}

/// Mutation tried: the host does not look at the session it was given; the test dies.
#[test]
fn success_without_what_was_asked_for_breaks_the_contract() {
    ends("no session", json!({}), Ends::broken("no session"));
    ends("silent:schema", json!({}), Ends::broken("it gave no schema"));
    ends("silent:read", json!({}), Ends::broken("gave no stream"));
    ends("silent:begin", json!({}), Ends::broken("gave no writer"));
    for call in ["check", "discover", "plan", "checkpoint", "commit", "committed", "recover"] {
        ends(&format!("silent:{call}"), json!({}), Ends::broken("not the JSON"));
    }
}

#[test]
fn an_answer_that_is_no_json_breaks_the_contract() {
    for call in ["check", "discover", "plan", "checkpoint", "commit", "committed", "recover"] {
        for text in ["", "}{", "[1", "\"open", "nul", "{}{}"] {
            ends_with_bytes(
                &format!("answer:{call}"),
                text.as_bytes(),
                Ends::broken("not the JSON"),
            );
        }
        ends_with_bytes(&format!("answer:{call}"), b"\"\xff\"", Ends::broken("not the JSON"));
    }
}

#[test]
fn an_answer_of_another_form_breaks_the_contract() {
    let cells = [
        ("check", "7"),
        ("check", "{\"items\":{}}"),
        ("check", "{\"items\":[{\"ok\":true}]}"),
        ("discover", "{}"),
        ("discover", "[{\"name\":7}]"),
        ("discover", "[{\"name\":\"a\",\"schema\":[{\"name\":\"x\",\"format\":\"??\"}]}]"),
        ("discover", "[{\"name\":\"a\",\"estimated_rows\":-1}]"),
        ("plan", "[]"),
        ("plan", "{}"),
        ("plan", "{\"partitions\":5}"),
        ("plan", "{\"partitions\":[{\"id\":7}]}"),
        ("plan", "{\"partitions\":[],\"filters\":[7]}"),
        ("commit", "{}"),
        ("commit", "{\"rows\":-1}"),
        ("commit", "{\"rows\":18446744073709551616}"),
        ("committed", "7"),
    ];
    for (call, text) in cells {
        ends_with_bytes(&format!("answer:{call}"), text.as_bytes(), Ends::broken("not the JSON"));
    }
}

/// Mutation tried: an answer's size is not bounded; the test dies.
#[test]
fn an_answer_of_a_size_that_cannot_be_is_not_read() {
    for call in ["check", "plan", "commit"] {
        for lie in ["null", "endless", "vast"] {
            ends(&format!("{lie}:{call}"), json!({}), Ends::broken(""));
        }
    }
}

#[test]
fn a_hundred_megabytes_of_brackets_are_refused() {
    let brackets = vec![b'['; 100 << 20];
    ends_with_bytes("answer:plan", &brackets, Ends::broken(""));
    let quoted = Ends::with(ErrorKind::Bug, None, "the plugin's error text is not Error JSON: [[[");
    let deep = vec![b'['; 1 << 20];
    ends_with_bytes("error:check", &deep, quoted);
}

#[test]
fn an_error_of_any_bytes_is_an_error() {
    let cells: [(&[u8], Ends); 6] = [
        (b"\xff\xfe", Ends::with(ErrorKind::Bug, None, "not Error JSON: \u{fffd}\u{fffd}")),
        (b"{}", Ends::with(ErrorKind::Bug, None, "not Error JSON: {}")),
        (b"{\"message\":7}", Ends::with(ErrorKind::Bug, None, "not Error JSON")),
        (b"a\0b", Ends::with(ErrorKind::Bug, None, "not Error JSON: a\0b")),
        (b"{\"message\":\"m\",\"kind\":\"new\"}", Ends::with(ErrorKind::Bug, None, "m")),
        (
            b"{\"message\":\"m\",\"kind\":\"auth\",\"code\":\"X1\"}",
            Ends::with(ErrorKind::Auth, Some("X1"), "m"),
        ),
    ];
    for (bytes, expect) in cells {
        for call in ["check", "plan", "commit", "apply"] {
            ends_with_bytes(&format!("error:{call}"), bytes, expect);
        }
    }
    let long = format!("{{\"message\":\"{}\"}}", "x".repeat(1 << 20));
    ends_with_bytes("error:check", long.as_bytes(), Ends::with(ErrorKind::Bug, None, "xxx"));
}

#[test]
fn a_status_without_details_is_still_a_typed_error() {
    for call in ["open", "check", "plan", "read", "begin", "write", "commit"] {
        for status in [1, 2, 6, 99, -1, i32::MIN, i32::MAX] {
            ends(&format!("status:{call}"), json!({"status": status}), Ends::broken("status"));
        }
        let cells = [
            (3, Ends::with(ErrorKind::Cancelled, None, "cancelled")),
            (4, Ends::with(ErrorKind::Unsupported, Some("SF0405"), "another connector ABI")),
            (5, Ends::with(ErrorKind::Unsupported, None, "does not support")),
        ];
        for (status, expect) in cells {
            ends(&format!("status:{call}"), json!({"status": status}), expect);
        }
    }
}
