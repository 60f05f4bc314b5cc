//! One file per verb: its options, and what it does.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod connect;
pub(crate) mod env;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod init;
pub(crate) mod lineage;
pub(crate) mod list;
pub(crate) mod migrate;
pub(crate) mod pipeline;
pub(crate) mod plan;
pub(crate) mod plugin;
pub(crate) mod preview;
pub(crate) mod profiles;
pub(crate) mod query;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod status;
pub(crate) mod unknown;
pub(crate) mod version;
