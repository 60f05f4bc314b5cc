//! The exit codes that the command line gives by itself; all others come from `sqlflow_run`.

/// All went well.
pub(crate) const OK: u8 = 0;
/// The command, the configuration or the profile is wrong.
pub(crate) const USAGE: u8 = 1;
/// A pipeline cannot be read.
pub(crate) const SYNTAX: u8 = 2;
/// What was checked is not as it should be.
pub(crate) const VALIDATION: u8 = 4;
/// Something failed while it ran.
pub(crate) const EXECUTION: u8 = 5;
/// A right is missing, or trust.
pub(crate) const PERMISSION: u8 = 6;
/// Somebody asked to stop.
pub(crate) const CANCELLED: u8 = 130;
