use std::{fmt::Display, panic, sync::Once};

use log::{Level, LevelFilter, Log, Metadata, Record};
use serde_json::json;

use super::{services, traces};
use crate::host::slice;

struct Forwarder;

/// Forwards this copy of std's panics, of `log`'s records and of `tracing`'s events, up to debug,
/// to the host that loaded the plugin last.
pub(super) fn forward() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|info| {
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            send(Level::Error, "panic", info.payload_as_str().unwrap_or("?"), &place);
        }));
        if log::set_logger(&Forwarder).is_ok() {
            log::set_max_level(LevelFilter::Debug);
        }
        traces::forward();
    });
}

impl Log for Forwarder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Debug
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let place = record.file().unwrap_or_default();
            send(record.level(), record.target(), record.args(), place);
        }
    }

    fn flush(&self) {}
}

/// Hands a record to the host.
pub(super) fn send(level: Level, component: &str, message: impl Display, place: &str) {
    let Some((host, log)) = services::latest().and_then(|host| Some((host, host.log?))) else {
        return;
    };
    let record = json!({"message": message.to_string(), "place": place}).to_string();
    let (component, record) = (slice(component.as_bytes()), slice(record.as_bytes()));
    // SAFETY: the host's context lives as long as the process, and the bytes outlive the call.
    unsafe { log(host.ctx, level as i32, component, record) }
}
