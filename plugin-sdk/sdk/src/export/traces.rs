//! Forwards `tracing` events to the host. Spans have numbers and nothing else: what a connector
//! wants the user to read stands in its events.

use std::{
    fmt::{self, Write},
    sync::atomic::{AtomicU64, Ordering},
};

use log::Level;
use tracing_core::{
    Dispatch, Event, Level as TraceLevel, LevelFilter, Metadata, Subscriber, dispatcher,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use super::logs;

struct Forwarder {
    next_span: AtomicU64,
}

/// Makes the forwarder the subscriber of this copy of `tracing`, unless the plugin has its own.
pub(super) fn forward() {
    let forwarder = Forwarder { next_span: AtomicU64::new(1) };
    let _ = dispatcher::set_global_default(Dispatch::new(forwarder));
}

impl Subscriber for Forwarder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= TraceLevel::DEBUG
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(self.next_span.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut line = Line::default();
        event.record(&mut line);
        let place = metadata.file().unwrap_or_default();
        logs::send(level(*metadata.level()), metadata.target(), line.text(), place);
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

fn level(level: TraceLevel) -> Level {
    match level {
        TraceLevel::ERROR => Level::Error,
        TraceLevel::WARN => Level::Warn,
        TraceLevel::INFO => Level::Info,
        TraceLevel::DEBUG => Level::Debug,
        TraceLevel::TRACE => Level::Trace,
    }
}

/// The message of an event and behind it its fields: `slow answer page=3`.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Line {
    fn text(self) -> String {
        format!("{}{}", self.message, self.fields).trim_start().to_owned()
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string fails only where the value's own `Debug` does.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
