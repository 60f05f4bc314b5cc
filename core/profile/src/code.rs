//! The stable codes of everything this crate reports.

/// The profile is not well-formed YAML.
pub const YAML_SYNTAX: &str = "SF0301";
/// A key stands twice in one mapping.
pub const DUPLICATE_KEY: &str = "SF0302";
/// A key that no profile has.
pub const UNKNOWN_KEY: &str = "SF0303";
/// A value of the wrong type, such as a list where text is wanted.
pub const WRONG_TYPE: &str = "SF0304";
/// A value of the right type that means nothing here, such as a memory limit without a unit.
pub const INVALID_VALUE: &str = "SF0305";
/// A key that must be there is missing.
pub const MISSING_KEY: &str = "SF0306";
/// A known feature that is not built yet.
pub const NOT_SUPPORTED: &str = "SF0307";
/// The input is larger or nested deeper than is allowed.
pub const TOO_LARGE: &str = "SF0308";
/// Two keys contradict each other.
pub const CONTRADICTION: &str = "SF0309";
/// A `${…}` reference is not well-formed.
pub const MALFORMED_REFERENCE: &str = "SF0310";
/// A `${…}` reference names something that has no value.
pub const UNDEFINED_REFERENCE: &str = "SF0311";
/// The profile that was asked for does not exist.
pub const PROFILE_NOT_FOUND: &str = "SF0312";
/// A form that SQLFlow's older profiles use; it is accepted, with the new form in the note.
pub const OLD_FORM: &str = "SF0313";
/// The `.env` file is not well-formed.
pub const DOTENV_SYNTAX: &str = "SF0314";
/// The pipeline that was asked for does not exist.
pub const PIPELINE_NOT_FOUND: &str = "SF0315";
/// The text of `--vars` is not well-formed.
pub const VARS_SYNTAX: &str = "SF0316";
/// A file of the project cannot be read.
pub const UNREADABLE_FILE: &str = "SF0317";
/// A section that is read and checked, and that nothing uses yet.
pub const NOT_USED_YET: &str = "SF0318";
/// The profile has a connection of this name already.
pub const CONNECTION_EXISTS: &str = "SF0319";
/// The profile is written in a form that no connection can be added to.
pub const CANNOT_EDIT: &str = "SF0320";
/// The profile has no connection of this name.
pub const NO_CONNECTION: &str = "SF0321";
