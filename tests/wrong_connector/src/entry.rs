//! The exported entry, and the faults that no connector written with the sdk can have.
#![allow(unsafe_code, missing_docs, unreachable_pub)]

use std::{
    collections::HashSet,
    fs,
    sync::atomic::{AtomicPtr, Ordering},
};

use serde_json::{Map, Value};
use sqlflow_plugin_abi::{
    Buf, DestinationApi, HostApi, PluginApi, STATUS_ERROR, STATUS_OK, Session, Slice, SourceApi,
    Status, Writer,
};
use sqlflow_plugin_sdk::{
    OpenDestination, OpenSource,
    export::{Embedded, destination_table, enter, source_table},
};

use crate::{destination::WrongDestination, fault, source::WrongSource};

const TEXT: &str =
    concat!("version = \"0.1.0\"\nabi = \"1.0\"\n", include_str!("../connector.toml"));

// SAFETY: a section of its own, which nothing but the host's manifest reader reads.
#[unsafe(link_section = ".sqlflow_manifest")]
static MANIFEST: [u8; TEXT.len()] = {
    let mut bytes = [0; TEXT.len()];
    bytes.copy_from_slice(TEXT.as_bytes());
    bytes
};

/// A symbol that a linker may add to any library. The test gives it another name.
// SAFETY: nothing looks it up.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals, reason = "the linker's own name")]
pub static _edata: u8 = 0;

static HOST: AtomicPtr<HostApi> = AtomicPtr::new(std::ptr::null_mut());

/// Whether the manifest, as it stands in the file, declares this mode.
pub(crate) fn declares(mode: &str) -> bool {
    // SAFETY: a static of this type; volatile, since the file was changed after it was compiled.
    let bytes = unsafe { std::ptr::read_volatile(&raw const MANIFEST) };
    String::from_utf8_lossy(&bytes).contains(&format!("\"{mode}\""))
}

// SAFETY: the one symbol of the plugin contract.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sqlflow_plugin_v1(
    host: *const HostApi,
    out: *mut *const PluginApi,
    err: *mut Buf,
) -> Status {
    HOST.store(host.cast_mut(), Ordering::SeqCst);
    if fault::is("sixteen-copies-load") && copies() > 4 {
        return STATUS_ERROR;
    }
    let embedded = Embedded {
        manifest: &MANIFEST,
        source: Some(source()),
        destination: Some(destination()),
        source_spec: Some(<WrongSource as OpenSource>::spec),
        destination_spec: Some(<WrongDestination as OpenDestination>::spec),
    };
    // SAFETY: the arguments are passed on as the host gave them; a table was written where the
    // answer is OK.
    unsafe {
        let status = enter(host, out, err, embedded);
        if status == STATUS_OK && fault::is("manifest-is-what-it-says") {
            let api = PluginApi { descriptor: Some(another_descriptor), ..**out };
            out.write(Box::leak(Box::new(api)));
        }
        status
    }
}

fn source() -> &'static SourceApi {
    let table = *source_table::<WrongSource>();
    let table = match () {
        () if fault::is("bad-config-is-refused") => {
            SourceApi { open: Some(open_anything), ..table }
        }
        () if fault::is("panics-become-errors") => SourceApi { check: Some(abort), ..table },
        () => table,
    };
    Box::leak(Box::new(table))
}

fn destination() -> &'static DestinationApi {
    let mut table = *destination_table::<WrongDestination>();
    if fault::is("cancel-ends-a-write") {
        table.writer_cancel = Some(ignore);
    }
    Box::leak(Box::new(table))
}

/// How many copies of this library are mapped into the process.
fn copies() -> usize {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let paths = maps.lines().filter_map(|line| line.split_whitespace().nth(5));
    paths.filter(|path| path.contains("wrong_connector")).collect::<HashSet<_>>().len()
}

unsafe extern "C" fn another_descriptor(out: *mut Buf) -> Status {
    let text = "{\"name\":\"another\",\"version\":\"9.9.9\",\"abi\":\"1.0\",\"abi_min\":\"1.0\",\
                \"kinds\":[\"source\"]}";
    let buf = Buf { ptr: text.as_ptr().cast_mut(), len: text.len(), cap: 0, release: None };
    // SAFETY: the host gives a place for a buffer; the text lives as long as the process.
    unsafe { out.write(buf) };
    STATUS_OK
}

/// Drops the settings it does not know before anybody sees them.
unsafe extern "C" fn open_anything(
    host: *const HostApi,
    config: Slice,
    out: *mut *mut Session,
    err: *mut Buf,
) -> Status {
    // SAFETY: the host lends the bytes for the length of the call.
    let bytes = unsafe { std::slice::from_raw_parts(config.ptr, config.len) };
    let mut config: Map<String, Value> = serde_json::from_slice(bytes).unwrap_or_default();
    config.remove("no_such_setting");
    let text = Value::Object(config).to_string();
    let config = Slice { ptr: text.as_ptr(), len: text.len() };
    let open = source_table::<WrongSource>().open;
    // SAFETY: the arguments are the host's own, but for the config, which outlives the call.
    open.map_or(STATUS_ERROR, |open| unsafe { open(host, config, out, err) })
}

/// Dies where the sdk's own entry would catch the panic.
unsafe extern "C" fn abort(session: *mut Session, out: *mut Buf, err: *mut Buf) -> Status {
    const ENTRY: &str = "source.check";
    let name = Slice { ptr: ENTRY.as_ptr(), len: ENTRY.len() };
    // SAFETY: the host's services live as long as the process; the arguments are passed on.
    unsafe {
        if let Some(host) = HOST.load(Ordering::SeqCst).as_ref()
            && host.fault.is_some_and(|strikes| strikes(host.ctx, name) == 1)
        {
            std::process::abort();
        }
        source_table::<WrongSource>().check.map_or(STATUS_ERROR, |check| check(session, out, err))
    }
}

unsafe extern "C" fn ignore(_writer: *mut Writer) {}
