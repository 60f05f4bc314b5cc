//! Stores to be tried, and runs to be kept in them.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod runs;
mod subject;

pub use runs::{Run, facts, plan};
pub use subject::{Subject, memory, sqlite};
