//! A plugin that waits until it is cancelled, at any call: the deadline of the call cancels it, and
//! the timeout that comes of it says which call of which plugin. The process goes on.
//!
//! Without the watchdog's cancel this hangs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{sync::Arc, time::Duration};

use serde_json::json;
use sqlflow_host::{Deadlines, Plugins, SearchPath};
use sqlflow_plugin_sdk::ErrorKind;
use support::{Ends, hostile, runs, the_next_run_is_green};

const LIMIT: Duration = Duration::from_millis(200);

fn impatient(deadlines: Deadlines) -> Arc<Plugins> {
    let search = SearchPath::new().by_hand(&[hostile()]);
    Plugins::discover_within(search, Arc::new(|_| ()), deadlines)
}

/// Entries that can wait to be cancelled, each with its call. Nothing can cancel an opening.
const WAITING: [(&str, &str); 14] = [
    ("source.check", "check"),
    ("source.discover", "discover"),
    ("source.schema", "schema"),
    ("source.plan", "plan"),
    ("source.read", "read"),
    ("stream.next_batch", "next batch"),
    ("destination.check", "check"),
    ("destination.describe", "describe"),
    ("destination.apply", "apply"),
    ("destination.recover", "recover"),
    ("destination.begin", "begin"),
    ("writer.write", "write"),
    ("writer.commit", "commit"),
    ("destination.committed", "committed"),
];

#[test]
fn a_call_that_waits_for_its_cancel_is_a_timeout_at_its_deadline() {
    let plugins = impatient(Deadlines::default().with_calls(LIMIT).with_stalls(LIMIT));
    for (entry, call) in WAITING {
        let config = json!({"at": entry, "how": "wait"});
        let error = match entry.starts_with("source") || entry.starts_with("stream") {
            true => runs::source_among(&plugins, "hostile", config).map(drop).unwrap_err(),
            false => runs::destination_among(&plugins, "hostile", config).map(drop).unwrap_err(),
        };
        let says = format!("the call `{call}` gave no answer within 0.2 s");
        Ends::with(ErrorKind::Timeout, Some("SF0602"), "").check(entry, &error);
        assert_eq!(error.message(), says, "{entry}");
        let named = error.context().iter().filter(|(key, _)| key == "connector").count();
        assert_eq!(named, 1, "{entry}: {error:?}");
        let setting = if ["next batch", "write"].contains(&call) { "stall" } else { "call" };
        assert!(error.remedy().unwrap().contains(&format!("`{setting}_timeout`")), "{entry}");
        the_next_run_is_green(entry);
    }
}

#[test]
fn calls_in_time_are_not_disturbed() {
    let plugins = impatient(Deadlines::default());
    let good = || json!({"at": "", "how": "panic"});
    assert_eq!(runs::source_among(&plugins, "hostile", good()).unwrap(), 2);
    assert_eq!(runs::destination_among(&plugins, "hostile", good()).unwrap(), 1);
}
