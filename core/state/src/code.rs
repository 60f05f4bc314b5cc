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
/// Steps that are done in the run have changed in the pipeline since.
pub const CHANGED_SINCE: &str = "SF0706";
/// Another process runs the pipeline.
pub const HELD: &str = "SF0707";
/// Another process has taken the pipeline over.
pub const FENCED: &str = "SF0708";
/// A log or the run store is not as it was written.
pub const CORRUPT: &str = "SF0709";
/// The run store cannot be used.
pub const UNAVAILABLE: &str = "SF0710";
