//! The stable codes of everything this crate reports.

/// Another writer has appended to the run in the meantime.
pub const STALE: &str = "SF0701";
/// The store has no run of this id.
pub const RUN_NOT_FOUND: &str = "SF0702";
/// The run's status does not allow the command.
pub const REJECTED: &str = "SF0703";
/// The plan cannot be run: step ids are not unique, or the order is not topological.
pub const INVALID_PLAN: &str = "SF0704";
/// The text is not a run id.
pub const INVALID_RUN_ID: &str = "SF0705";
