//! Benchmarks of the plugin boundary: what a batch costs that comes out of a plugin.
//!
//! [`table`] makes the rows, [`InProcess`] hands them out as the plugin does, and [`measure`] times
//! both alike. The binary `boundary` compares them.

mod in_process;
mod measure;
mod table;

pub use self::{
    in_process::InProcess,
    measure::{Figures, measure},
    table::{BATCHES, ROWS, table},
};
