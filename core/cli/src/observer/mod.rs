//! Who watches a run: one file per way of telling it.

pub(crate) mod first_rows;
pub(crate) mod json_log;
pub(crate) mod plain;
pub(crate) mod run_id;
mod step_lines;
pub(crate) mod terminal;

pub(crate) use step_lines::word;
