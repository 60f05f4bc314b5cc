use std::{panic, sync::Once};

use log::{Level, LevelFilter, Log, Metadata, Record};
use serde_json::json;
use sqlflow_plugin_abi::HostApi;

use crate::host::slice;

struct Forwarder(&'static HostApi);

/// Forwards this copy of std's panics and of `log`'s records to the host, once.
pub(super) fn forward(host: &'static HostApi) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|info| {
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            send(host, Level::Error, "panic", &info.payload_as_str().unwrap_or("?"), &place);
        }));
        if log::set_boxed_logger(Box::new(Forwarder(host))).is_ok() {
            log::set_max_level(LevelFilter::Debug);
        }
    });
}

impl Log for Forwarder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Debug
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let place = record.file().unwrap_or_default();
            send(self.0, record.level(), record.target(), record.args(), place);
        }
    }

    fn flush(&self) {}
}

fn send(
    host: &HostApi,
    level: Level,
    component: &str,
    message: &dyn std::fmt::Display,
    place: &str,
) {
    let Some(log) = host.log else { return };
    let record = json!({"message": message.to_string(), "place": place}).to_string();
    let (component, record) = (slice(component.as_bytes()), slice(record.as_bytes()));
    // SAFETY: the host's table and context live as long as the process, and the bytes outlive
    // the call.
    unsafe { log(host.ctx, level as i32, component, record) }
}
