use std::slice;

use serde::{Serialize, de::DeserializeOwned};
use sqlflow_plugin_abi::{
    Buf, STATUS_ABI, STATUS_CANCELLED, STATUS_OK, STATUS_UNSUPPORTED, Slice, Status,
};
use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use crate::code;

/// What a plugin answered to one call.
pub(super) struct Answer {
    pub(super) status: Status,
    details: Vec<u8>,
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
        let error = match (self.status, &*self.details) {
            (STATUS_OK, _) => return Ok(()),
            (status, []) => without_details(status),
            (_, details) => Error::from_json(details),
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
    serde_json::from_slice(&answer).map_err(|error| {
        broken("an answer is not the JSON it should be")
            .caused_by(&error)
            .with_context("connector", connector)
    })
}

/// The entry of a table, where the plugin has it.
pub(crate) fn entry<F: Copy>(entry: Option<F>, what: &str) -> Result<F> {
    entry.ok_or_else(|| Error::unsupported(what))
}

/// Copies what a plugin wrote and lets the plugin free it.
pub(crate) fn take(mut buf: Buf) -> Vec<u8> {
    let bytes = if buf.ptr.is_null() || buf.len == 0 {
        Vec::new()
    } else {
        // SAFETY: the plugin wrote `len` bytes there, which it frees in `release` below.
        unsafe { slice::from_raw_parts(buf.ptr, buf.len) }.to_vec()
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
