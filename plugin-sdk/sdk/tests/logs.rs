//! What a plugin's panics, `log` records and `tracing` events become at the host.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(unsafe_code, reason = "the entry is C")]

mod support;

use std::{ptr, sync::mpsc::Receiver};

use serde_json::json;
use sqlflow_plugin_sdk::{
    OpenSource,
    export::{Embedded, enter, source_table},
    log,
};
use support::{call, host, scripted, source::Source};
use tracing_core::{
    Callsite, Event, Interest, Kind, Level, Metadata, callsite, dispatcher, field::Value,
};

struct Site(Level);

impl Callsite for Site {
    fn set_interest(&self, _interest: Interest) {}

    fn metadata(&self) -> &Metadata<'_> {
        if self.0 == Level::WARN { &WARNING } else { &TRACE }
    }
}

static AT_WARN: Site = Site(Level::WARN);
static AT_TRACE: Site = Site(Level::TRACE);
static WARNING: Metadata<'static> = tracing_core::metadata! {
    name: "event", target: "client", level: Level::WARN,
    fields: &["message", "page", "url"], callsite: &AT_WARN, kind: Kind::EVENT,
};
static TRACE: Metadata<'static> = tracing_core::metadata! {
    name: "event", target: "client", level: Level::TRACE,
    fields: &["message"], callsite: &AT_TRACE, kind: Kind::EVENT,
};

/// Loads the plugin as a host does, which then hears its log.
fn loaded() -> Receiver<String> {
    let (host, heard) = host();
    let embedded = Embedded {
        manifest: b"version = '1.2.3'\nabi = '1.0'\nname = 'numbers'\nkinds = ['source']\n\
            abi_min = '1.0'\n",
        source: Some(source_table::<scripted::Source>()),
        destination: None,
        source_spec: Some(<scripted::Source as OpenSource>::spec),
        destination_spec: None,
    };
    let mut api = ptr::null();
    // SAFETY: the services are leaked, and the places are written to during the call only.
    call(|_, err| unsafe { enter(host, &raw mut api, err, embedded) });
    heard
}

fn trace() {
    callsite::register(&AT_WARN);
    let fields = WARNING.fields();
    let [message, page, url] = ["message", "page", "url"].map(|name| fields.field(name).unwrap());
    let text = format_args!("slow answer");
    let values = [
        (&message, Some(&text as &dyn Value)),
        (&page, Some(&3_u64 as &dyn Value)),
        (&url, Some(&"a b" as &dyn Value)),
    ];
    Event::dispatch(&WARNING, &fields.value_set(&values));
}

/// One test, as a process has one log.
///
/// Mutations tried: `logs::forward` leaves out the hook, the logger, or `traces`; `remember` keeps
/// the first host; each red.
#[test]
fn the_host_that_loaded_the_plugin_last_hears_all_of_it() {
    let earlier = loaded();
    let heard = loaded();
    log::info!(target: "pages", "page {}", 7);
    log::trace!("too fine");
    assert_eq!(heard.recv().unwrap(), "3 pages: page 7");
    trace();
    assert_eq!(heard.recv().unwrap(), "2 client: slow answer page=3 url=\"a b\"");
    let enabled = |metadata| dispatcher::get_default(|to| to.enabled(metadata));
    assert_eq!((enabled(&WARNING), enabled(&TRACE)), (true, false));
    let source = Source::open(&json!({"panics": "check", "message": "in a thread"})).unwrap();
    source.check();
    assert_eq!(heard.recv().unwrap(), "1 panic: boom in a thread of check");
    source.close();
    log::error!("{}", "x".repeat(1 << 20));
    assert!(heard.recv().unwrap().ends_with("bytes left out)"));
    assert_eq!(earlier.try_iter().count(), 0);
}
