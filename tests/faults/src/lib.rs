//! Projects made by chance, from a seed: sound ones, and ones with faults whose code and place are
//! known because they were planted.
//!
//! [`Project`] writes the files, with marks around what a fault may take the place of
//! ([`marks`]); [`faults`] lists the kinds of faults; [`plant`] puts some into a project and says
//! what a check has to find.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this crate is test code"
)]

mod data;
pub mod faults;
pub mod marks;
mod pipeline;
mod planting;
mod profile;
mod project;
mod query;
mod random;
mod table;

pub use data::Format;
pub use planting::{Expected, Planted, plant};
pub use project::Project;
pub use random::Random;
pub use table::{Column, Table, Type};
