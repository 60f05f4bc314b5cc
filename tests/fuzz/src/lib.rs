//! What must hold whatever the input is, for three targets: the parser, the loader of profiles and
//! the substitution of variables in SQL. Each panics where it does not hold.
//!
//! `scripts/fuzz` looks for such an input with the harness in `tests/fuzz/harness`, which is a workspace of
//! its own; `tests/replay.rs` goes through the inputs in `data/` and those found before.
//!
//! The harness is libFuzzer, by the crate `libfuzzer-sys`: the rust-fuzz project keeps it, it links
//! against the stable compiler's own coverage pass (`-Cpasses=sancov-module`), and it needs nothing
//! but a C++ compiler. `cargo-fuzz` and `bolero` drive the same library and want a nightly compiler
//! or a tool to be installed; `afl` and `honggfuzz` build C tools of their own.
#![allow(clippy::panic, clippy::expect_used, reason = "this crate is test code")]

mod parser;
#[cfg(feature = "planted")]
mod planted;
mod profile;
mod shape;
mod substitution;

pub use parser::parser;
pub use profile::profile;
pub use shape::same_but_for_values;
pub use substitution::substitution;

/// A target: takes any bytes and panics where something does not hold.
pub type Target = fn(&[u8]);

/// The targets by name.
pub const TARGETS: [(&str, Target); 3] =
    [("parser", parser), ("profile", profile), ("substitution", substitution)];
