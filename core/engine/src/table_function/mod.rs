//! The table function `sqlflow_scan(token)`: how DuckDB reads a mounted [`Scan`](crate::Scan).
//!
//! Batches reach DuckDB without a copy: each column is handed over by the Arrow C interface and
//! lives until DuckDB drops its vector. This is the one module of the engine with unsafe code.

#![allow(unsafe_code)]

mod callbacks;
mod column;
mod exact;
mod mount;
mod native;
mod parts;
mod pull;
mod types;

pub(crate) use self::callbacks::register;
pub(crate) use self::mount::{Mount, Registry};
pub(crate) use self::native::{Link, NativeDatabase};

/// The name SQL calls the table function by.
pub(crate) const FUNCTION: &str = "sqlflow_scan";
