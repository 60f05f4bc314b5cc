//! Kills the product and looks at what is left, and at what a plain `sqlflow run` makes of it.
//!
//! `sqlflow-crash` is the product with faults ordered by its environment ([`Orders`]). A
//! [`Project`] runs one of the [`CANONICAL`] pipelines with it; [`Project::look`] reads what a dead
//! process has left, from a copy, and [`Seen::verify`] compares what a resume has made of it with
//! what the input says, which no part of the product has computed.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "this crate is test code"
)]

mod data;
mod database;
mod history;
mod kill;
mod orders;
mod phase;
mod pipelines;
mod project;
mod random;
mod random_kills;
mod verify;

pub use self::{
    database::Database,
    history::History,
    kill::{Target, await_stop, kill, resume_stopped},
    orders::Orders,
    phase::Phase,
    pipelines::{APPEND, CANONICAL, EXPORT, MEMORY, PARQUET, Pipeline, REPLACE},
    project::{Ended, Project, Started},
    random::Random,
    random_kills::{Histogram, random_kills},
    verify::Seen,
};
