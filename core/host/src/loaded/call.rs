use std::slice;

use serde::{Serialize, de::DeserializeOwned};
use sqlflow_plugin_abi::{
    Buf, STATUS_ABI, STATUS_CANCELLED, STATUS_OK, STATUS_UNSUPPORTED, Slice, Status,
};
use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use crate::code;

/// Far above any answer. What claims to be larger is not read.
const MOST_BYTES: usize = 64 << 20;

/// What a plugin answered to one call.
pub(super) struct Answer {
    pub(super) status: Status,
    details: Result<Vec<u8>>,
}

impl Answer {
    /// Makes the call.
    pub(super) fn of(call: impl FnOnce(*mut Buf) -> Status) -> Self {
        let mut err = Buf::EMPTY;
        let status = call(&raw mut err);
        Self { status, details: take(err) }
    }

    /// Turns a failure into its typed error, naming the connector.
    pub(super) fn result(self, connector: &str) -> Result<()> {
        if self.status == STATUS_OK {
            return Ok(());
        }
        let error = match self.details {
            Ok(details) if details.is_empty() => without_details(self.status),
            Ok(details) => Error::from_json(&details),
            Err(error) => error,
        };
        Err(error.with_context("connector", connector))
    }
}

/// Makes one call of a plugin that is not of an object.
pub(crate) fn status(connector: &str, call: impl FnOnce(*mut Buf) -> Status) -> Result<()> {
    Answer::of(call).result(connector)
}

fn without_details(status: Status) -> Error {
    match status {
        STATUS_CANCELLED => Error::cancelled(),
        STATUS_UNSUPPORTED => Error::unsupported("this"),
        STATUS_ABI => Error::new(ErrorKind::Unsupported, "the plugin speaks another connector ABI")
            .with_code(code::ABI_MISMATCH)
            .with_remedy("rebuild the plugin with this host's sdk, or update sqlflow"),
        _ => broken(&format!("a call failed with status {status} and no error")),
    }
}

/// The control message that a call wrote, where it succeeded.
pub(super) fn read_answer<T: DeserializeOwned>(
    out: Buf,
    result: Result<()>,
    connector: &str,
) -> Result<T> {
    let answer = take(out);
    result?;
    let read = answer.and_then(|answer| {
        serde_json::from_slice(&answer)
            .map_err(|error| broken("an answer is not the JSON it should be").caused_by(&error))
    });
    read.map_err(|error| error.with_context("connector", connector))
}

/// Copies what a plugin wrote and lets the plugin free it.
///
/// # Errors
///
/// It says that it wrote more than any answer has.
pub(crate) fn take(mut buf: Buf) -> Result<Vec<u8>> {
    let bytes = if buf.len > MOST_BYTES {
        Err(broken(&format!("an answer of {} bytes", buf.len)))
    } else if buf.ptr.is_null() || buf.len == 0 {
        Ok(Vec::new())
    } else {
        // SAFETY: the plugin wrote `len` bytes there, which it frees in `release` below.
        Ok(unsafe { slice::from_raw_parts(buf.ptr, buf.len) }.to_vec())
    };
    if let Some(release) = buf.release {
        // SAFETY: called once, with the buffer the plugin wrote.
        unsafe { release(&raw mut buf) };
    }
    bytes
}

/// A control message to lend to a call.
pub(crate) fn message(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| {
        Error::new(ErrorKind::Bug, "a message to a plugin cannot be written").caused_by(&error)
    })
}

pub(crate) fn lend(bytes: &[u8]) -> Slice {
    Slice { ptr: bytes.as_ptr(), len: bytes.len() }
}

pub(crate) fn broken(what: &str) -> Error {
    Error::new(ErrorKind::Bug, format!("the plugin breaks the contract: {what}"))
        .with_code(code::CONTRACT_BROKEN)
        .with_remedy("report it to the plugin's author")
}
