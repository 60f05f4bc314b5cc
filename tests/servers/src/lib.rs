//! Servers that tests start for themselves: real ones, each on a free port of loopback with its
//! files in a temporary folder, gone with the value that stands for it.
//!
//! `scripts/servers` installs them. One that is missing is a failure, never a skip.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod redis;

pub use redis::{Kept, Redis};
