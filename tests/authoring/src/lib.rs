//! The guide for connector authors, followed word by word, and the crates of `plugin new`.
#![allow(clippy::expect_used, clippy::panic, reason = "this crate is test code")]

pub mod author;
pub mod helpdesk;
pub mod page;
