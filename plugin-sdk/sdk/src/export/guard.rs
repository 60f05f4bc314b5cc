use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use sqlflow_plugin_abi::{
    Buf, STATUS_CANCELLED, STATUS_ERROR, STATUS_OK, STATUS_PANIC, STATUS_UNSUPPORTED, Status,
};

use super::{buffers::fill, faults::Entry};
use crate::{Error, ErrorKind, Result};

#[cfg(panic = "abort")]
compile_error!("a SQLFlow plugin is built with panic = \"unwind\": a panic must become an error");

/// Runs one entry of the boundary: a panic becomes an error, and an error is written to `err`.
///
/// # Safety
///
/// `err` is null or points to a buffer that holds nothing.
pub(super) unsafe fn entry(at: Entry, err: *mut Buf, call: impl FnOnce() -> Result<()>) -> Status {
    // SAFETY: by this function's contract.
    unsafe { entry_of(&mut None, at, err, call) }
}

/// As [`entry`], for a call of an object that remembers its panic: what a panic left half done is
/// not touched again, and every later call fails the same way.
///
/// # Safety
///
/// As for [`entry`].
pub(super) unsafe fn entry_of(
    panicked: &mut Option<Error>,
    at: Entry,
    err: *mut Buf,
    call: impl FnOnce() -> Result<()>,
) -> Status {
    let outcome = panicked.clone().map_or_else(|| contain(at, call), Err);
    let (status, error) = match outcome {
        Ok(Ok(())) => return STATUS_OK,
        Ok(Err(error)) => (status_of(&error), error),
        Err(panic) => (STATUS_PANIC, panicked.insert(panic).clone()),
    };
    // SAFETY: by this function's contract.
    unsafe { fill(err, error.to_json()) };
    status
}

/// Runs an entry that reports nothing, such as a close: a panic goes no further, and an injected
/// one leaves nothing undone.
pub(super) fn silent(at: Entry, call: impl FnOnce()) {
    let _ = catch(|| at.strike());
    let _ = catch(call);
}

/// Runs the call of an entry; a panic becomes an error that quotes its message.
pub(super) fn contain<T>(at: Entry, call: impl FnOnce() -> T) -> Result<T> {
    catch(|| {
        at.strike();
        call()
    })
}

fn catch<T>(call: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload| {
        let error = Error::new(ErrorKind::Bug, format!("the plugin panicked: {}", text(&*payload)))
            .with_remedy("report it to the plugin's author, with the log");
        // Dropping a payload may panic again.
        std::mem::forget(payload);
        error
    })
}

fn text(payload: &(dyn Any + Send)) -> &str {
    let string = payload.downcast_ref::<String>().map(String::as_str);
    string.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message")
}

fn status_of(error: &Error) -> Status {
    match error.kind() {
        ErrorKind::Cancelled => STATUS_CANCELLED,
        ErrorKind::Unsupported => STATUS_UNSUPPORTED,
        _ => STATUS_ERROR,
    }
}
