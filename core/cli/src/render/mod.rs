//! What the user sees: text for people, JSON and annotations for programs.

pub(crate) mod check_json;
pub(crate) mod clean;
pub(crate) mod failure;
pub(crate) mod findings;
pub(crate) mod github;
pub(crate) mod numbered;
pub(crate) mod outcome;
pub(crate) mod page;
pub(crate) mod place;
pub(crate) mod problems;
pub(crate) mod quantity;
pub(crate) mod rows;
pub(crate) mod run_json;
pub(crate) mod run_text;
pub(crate) mod snippet;
pub(crate) mod sql_type;
pub(crate) mod step_error;
pub(crate) mod table;
