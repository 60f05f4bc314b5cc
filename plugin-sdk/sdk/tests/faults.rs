//! A host that injects faults: a panic at any entry becomes an error or goes no further.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unsafe_code, reason = "the entry is C")]

mod support;

use std::{collections::BTreeSet, mem::offset_of, ptr};

use serde_json::json;
use sqlflow_plugin_abi::{HostApi, PluginApi, STATUS_OK, STATUS_PANIC};
use sqlflow_plugin_sdk::{
    ENTRIES, OpenSource,
    export::{Embedded, enter, source_table},
};
use support::{
    Answer, asked, call,
    destination::{Destination, Writing, table as destination_table},
    failing_host, scripted,
    source::{REQUEST, Source, table},
};

/// What the calls that can fail have said, and what the connectors told the host.
#[derive(Debug, Default)]
struct Heard {
    failures: Vec<String>,
    events: Vec<String>,
    asked: BTreeSet<String>,
}

impl Heard {
    fn answer(&mut self, answer: &Answer) {
        if answer.status != STATUS_OK {
            assert_eq!(answer.status, STATUS_PANIC);
            self.failures.push(answer.failure().1.to_owned());
        }
    }

    fn kept<T>(&mut self, opened: Result<T, Answer>) -> Option<T> {
        opened.map_err(|answer| self.answer(&answer)).ok()
    }
}

/// Makes every call of the boundary, as far as the fault lets it.
fn drive(fails: &'static str) -> Heard {
    let mut heard = Heard::default();
    describe(fails, &mut heard);
    read(fails, &mut heard);
    for end in [Writing::commit, Writing::abort] {
        write(fails, end, &mut heard);
    }
    heard
}

fn describe(fails: &'static str, heard: &mut Heard) {
    let (host, _) = failing_host(fails);
    let embedded = Embedded {
        manifest: b"version = '1.2.3'\nabi = '1.0'\nname = 'numbers'\nkinds = ['source']\n\
            abi_min = '1.0'\n",
        source: Some(source_table::<scripted::Source>()),
        destination: None,
        source_spec: Some(<scripted::Source as OpenSource>::spec),
        destination_spec: None,
    };
    let mut api: *const PluginApi = ptr::null();
    // SAFETY: the services are leaked, and the places are written to during the call only.
    call(|_, err| unsafe { enter(host, &raw mut api, err, embedded) });
    // SAFETY: a table that lives as long as the process.
    let descriptor = unsafe { (*api).descriptor }.unwrap();
    // SAFETY: the table's own function, with a place to write to.
    let answer = call(|out, _| unsafe { descriptor(out) });
    if answer.status != STATUS_OK {
        heard.failures.push("the plugin panicked: injected fault at plugin.descriptor".to_owned());
    }
    heard.asked.extend(asked(host));
}

fn read(fails: &'static str, heard: &mut Heard) {
    let (host, events) = failing_host(fails);
    if let Some(source) = heard.kept(Source::open_at((host, events), &json!({}))) {
        heard.answer(&source.check());
        heard.answer(&source.discover());
        heard.answer(&source.schema().0);
        heard.answer(&source.plan(REQUEST));
        if let Some(mut rows) = heard.kept(source.read()) {
            heard.failures.extend(rows.schema().err().map(|error| error.message().to_owned()));
            heard.failures.extend(rows.next().err().map(|error| error.message().to_owned()));
            heard.answer(&rows.checkpoint());
            // SAFETY: the reader is open, and `cancel` may be called at any time.
            unsafe { table().reader_cancel.unwrap()(rows.reader) };
            rows.end();
        }
        // SAFETY: the session is open, as above.
        unsafe { table().session_cancel.unwrap()(source.session) };
        source.close();
    }
    heard.asked.extend(asked(host));
}

fn write(fails: &'static str, end: fn(&Writing) -> Answer, heard: &mut Heard) {
    let (host, events) = failing_host(fails);
    if let Some(destination) = heard.kept(Destination::open_at((host, events), &json!({}))) {
        heard.answer(&destination.check());
        heard.answer(&destination.describe("\"p\"").0);
        heard.answer(&destination.apply());
        heard.answer(&destination.committed("\"t\""));
        heard.answer(&destination.recover());
        if let Some(writing) = heard.kept(destination.begin()) {
            heard.answer(&writing.write(&[1]));
            heard.answer(&end(&writing));
            writing.cancel();
            writing.close();
        }
        // SAFETY: the session is open, and `cancel` may be called at any time.
        unsafe { destination_table().session_cancel.unwrap()(destination.session) };
        heard.events.extend(destination.close());
    }
    heard.asked.extend(asked(host));
}

/// One test, as the host that loads a plugin last hears its log.
///
/// Mutations tried: `contain` does not strike; `describe` passes no name; `silent` strikes and
/// calls in one; each red.
#[test]
fn a_fault_at_any_entry_becomes_an_error_and_leaves_nothing_open() {
    let entries: BTreeSet<String> = ENTRIES.iter().map(|&entry| entry.to_owned()).collect();
    let whole = drive("nothing");
    assert_eq!((&whole.failures, &whole.asked), (&Vec::new(), &entries));
    let silent =
        |entry: &str| ["close", "cancel", "release"].iter().any(|ending| entry.ends_with(ending));
    for entry in ENTRIES {
        let heard = drive(entry);
        let text = format!("the plugin panicked: injected fault at {entry}");
        if silent(entry) {
            assert_eq!(heard.failures, Vec::<String>::new(), "{entry}");
        } else {
            assert!(!heard.failures.is_empty(), "{entry}: no failure");
            assert!(heard.failures.iter().all(|failure| is_of(failure, &text)), "{heard:?}");
        }
        let begun =
            !["destination.open", "destination.begin"].contains(&entry) && !destination_call(entry);
        let dropped = heard.events.iter().filter(|event| *event == "dropped").count();
        assert_eq!(dropped, if begun { 2 } else { 0 }, "{entry}: every writer is dropped");
    }
}

fn is_of(failure: &str, text: &str) -> bool {
    failure == text || failure == "the plugin panicked in this stream"
}

/// Whether a panic there ends the destination's session, so that nothing is begun.
fn destination_call(entry: &str) -> bool {
    let calls = ["check", "describe", "apply", "committed", "recover"];
    calls.iter().any(|call| entry == format!("destination.{call}"))
}

/// A host of an earlier minor has no such service: what lies behind its table is not read.
///
/// Mutation tried: `services::read` copies the whole table whatever its size; red.
#[test]
fn a_host_with_a_shorter_table_is_asked_for_nothing() {
    let (host, events) = failing_host("source.check");
    let shorter = HostApi { struct_size: offset_of!(HostApi, fault), ..*host };
    let shorter = Box::leak(Box::new(shorter));
    let source = Source::open_at((shorter, events), &json!({})).unwrap();
    assert_eq!(source.check().status, STATUS_OK);
    assert!(asked(host).is_empty());
    source.close();
}
