#![allow(unsafe_code)]

use std::{
    ffi::c_void,
    panic::{AssertUnwindSafe, catch_unwind},
    slice,
    sync::Arc,
};

use serde_json::Value;
use sqlflow_plugin_abi::{ABI_MAJOR, ABI_MINOR, HostApi, Slice};

/// Something a plugin said while it worked.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// The connector that said it.
    pub connector: String,
    /// 1 error, 2 warning, 3 information, 4 debug, 5 trace.
    pub level: i32,
    /// What it said.
    pub message: String,
}

/// Takes what plugins say; called from any of their threads.
pub type NoticeSink = Arc<dyn Fn(Notice) + Send + Sync>;

const WARNING: i32 = 2;

struct Listener {
    connector: String,
    sink: NoticeSink,
}

/// The services for one plugin. They live as long as the process, as the plugin does.
pub(crate) fn services(connector: &str, sink: &NoticeSink) -> &'static HostApi {
    let listener = Listener { connector: connector.to_owned(), sink: Arc::clone(sink) };
    Box::leak(Box::new(HostApi {
        struct_size: size_of::<HostApi>(),
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        ctx: std::ptr::from_mut(Box::leak(Box::new(listener))).cast::<c_void>(),
        log: Some(log),
        event: Some(event),
        is_cancelled: Some(is_cancelled),
        fault: None,
    }))
}

unsafe extern "C" fn log(ctx: *mut c_void, level: i32, _component: Slice, record: Slice) {
    // SAFETY: the plugin passes the context of its services and bytes that outlive the call.
    unsafe { notify(ctx, level, record) }
}

unsafe extern "C" fn event(ctx: *mut c_void, event: Slice) {
    // SAFETY: as above.
    unsafe { notify(ctx, WARNING, event) }
}

unsafe extern "C" fn is_cancelled(_ctx: *mut c_void) -> i32 {
    // Sessions, readers and writers are cancelled one by one.
    0
}

/// # Safety
///
/// `ctx` is a leaked [`Listener`]; `record` is valid for the call.
unsafe fn notify(ctx: *mut c_void, level: i32, record: Slice) {
    // SAFETY: by this function's contract.
    let (listener, bytes) = unsafe {
        let bytes = if record.len == 0 || record.ptr.is_null() {
            &[][..]
        } else {
            slice::from_raw_parts(record.ptr, record.len)
        };
        (&*ctx.cast::<Listener>(), bytes)
    };
    let record: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let message = record.get("message").and_then(Value::as_str).unwrap_or_default().to_owned();
    let notice = Notice { connector: listener.connector.clone(), level, message };
    // No call may unwind into a plugin.
    let _ = catch_unwind(AssertUnwindSafe(|| (listener.sink)(notice)));
}
