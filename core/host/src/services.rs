#![allow(unsafe_code)]

use std::{
    ffi::c_void,
    panic::{AssertUnwindSafe, catch_unwind},
    slice,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use serde_json::Value;
use sqlflow_plugin_abi::{ABI_MAJOR, ABI_MINOR, HostApi, Slice};

use crate::Deadlines;

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

/// Says whether a plugin shall fail at the entry of this name, such as `source.check`; for the
/// conformance suite, which shows that a panic at any entry becomes an error.
pub type FaultHook = Arc<dyn Fn(&str) -> bool + Send + Sync>;

const WARNING: i32 = 2;

/// What the services of a plugin need, and how long its calls may take.
#[derive(Clone)]
pub(crate) struct Hooks {
    pub(crate) sink: NoticeSink,
    pub(crate) faults: Option<FaultHook>,
    pub(crate) deadlines: Deadlines,
}

impl Hooks {
    /// Tells a notice; a sink that panics disturbs nobody, and no call may unwind into a plugin.
    pub(crate) fn tell(&self, notice: Notice) {
        let _ = catch_unwind(AssertUnwindSafe(|| (self.sink)(notice)));
    }
}

struct Listener {
    connector: String,
    hooks: Mutex<Hooks>,
}

impl Listener {
    fn hooks(&self) -> Hooks {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The services of one mapped library. They live as long as the process, as the library does, and
/// serve whoever loaded it last: a process that loads a plugin many times keeps two at most, one
/// with the service `fault` and one without.
#[derive(Default)]
pub(crate) struct Services {
    plain: OnceLock<(&'static HostApi, &'static Listener)>,
    faulty: OnceLock<(&'static HostApi, &'static Listener)>,
}

impl Services {
    /// The services for a plugin that is loaded with these hooks.
    pub(crate) fn of(&self, connector: &str, hooks: &Hooks) -> &'static HostApi {
        let kept = if hooks.faults.is_some() { &self.faulty } else { &self.plain };
        let (services, listener) = kept.get_or_init(|| services(connector, hooks));
        *listener.hooks.lock().unwrap_or_else(PoisonError::into_inner) = hooks.clone();
        services
    }
}

fn services(connector: &str, hooks: &Hooks) -> (&'static HostApi, &'static Listener) {
    let listener: &'static Listener = Box::leak(Box::new(Listener {
        connector: connector.to_owned(),
        hooks: Mutex::new(hooks.clone()),
    }));
    let services = Box::leak(Box::new(HostApi {
        struct_size: size_of::<HostApi>(),
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        ctx: std::ptr::from_ref(listener).cast_mut().cast::<c_void>(),
        log: Some(log),
        event: Some(event),
        is_cancelled: Some(is_cancelled),
        fault: hooks.faults.is_some().then_some(fault),
    }));
    (services, listener)
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

unsafe extern "C" fn fault(ctx: *mut c_void, entry: Slice) -> i32 {
    // SAFETY: as above.
    let (listener, entry) = unsafe { (&*ctx.cast::<Listener>(), bytes(&entry)) };
    let Some(faults) = listener.hooks().faults else { return 0 };
    let strikes = || faults(&String::from_utf8_lossy(entry));
    catch_unwind(AssertUnwindSafe(strikes)).map_or(0, i32::from)
}

/// # Safety
///
/// The slice is valid as long as it is borrowed.
unsafe fn bytes(slice: &Slice) -> &[u8] {
    if slice.len == 0 || slice.ptr.is_null() {
        return &[];
    }
    // SAFETY: by this function's contract.
    unsafe { slice::from_raw_parts(slice.ptr, slice.len) }
}

/// # Safety
///
/// `ctx` is a leaked [`Listener`]; `record` is valid for the call.
unsafe fn notify(ctx: *mut c_void, level: i32, record: Slice) {
    // SAFETY: by this function's contract.
    let (listener, bytes) = unsafe { (&*ctx.cast::<Listener>(), bytes(&record)) };
    let record: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let message = record.get("message").and_then(Value::as_str).unwrap_or_default().to_owned();
    let notice = Notice { connector: listener.connector.clone(), level, message };
    listener.hooks().tell(notice);
}
