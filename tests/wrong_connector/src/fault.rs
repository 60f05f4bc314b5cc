//! What is wrong.
#![allow(unsafe_code)]

use std::{ptr, sync::OnceLock};

const LENGTH: usize = 80;

/// The place that the test writes the fault's name into, padded with spaces.
#[used]
static FAULT: [u8; LENGTH] =
    *b"sqlflow-wrong-connector=                                                        ";
const MARK: usize = "sqlflow-wrong-connector=".len();

/// Whether this is what is wrong.
pub(crate) fn is(name: &str) -> bool {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(read) == name
}

fn read() -> String {
    // SAFETY: a static of this type; volatile, since the file was changed after it was compiled.
    let bytes = unsafe { ptr::read_volatile(&raw const FAULT) };
    String::from_utf8_lossy(&bytes[MARK..]).trim().to_owned()
}
