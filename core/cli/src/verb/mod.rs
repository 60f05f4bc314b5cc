//! One file per verb: its options, and what it does.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod init;
pub(crate) mod list;
pub(crate) mod pipeline;
pub(crate) mod plan;
pub(crate) mod plugin;
pub(crate) mod preview;
pub(crate) mod query;
pub(crate) mod run;
pub(crate) mod unknown;
pub(crate) mod version;
