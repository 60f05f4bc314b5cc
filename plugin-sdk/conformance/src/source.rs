//! What a source is held to.

pub(crate) mod checkpoints;
pub(crate) mod cursor;
pub(crate) mod ending;
pub(crate) mod filters;
pub(crate) mod opening;
pub(crate) mod partitions;
pub(crate) mod push_down;
pub(crate) mod streams;
