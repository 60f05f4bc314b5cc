//! The stable codes of what can go wrong with a plugin.

/// No plugin found offers this connector.
pub const UNKNOWN_CONNECTOR: &str = "SF0401";
/// The file is not a connector plugin.
pub const NOT_A_PLUGIN: &str = "SF0402";
/// The library is for another kind of machine.
pub const WRONG_MACHINE: &str = "SF0403";
/// The library's file is cut short.
pub const TRUNCATED: &str = "SF0404";
/// Plugin and host speak different versions of the contract.
pub const ABI_MISMATCH: &str = "SF0405";
/// The plugin lies where anybody may change it, or was not named by the user.
pub const NOT_TRUSTED: &str = "SF0406";
/// The connector does not play the role asked for.
pub const WRONG_ROLE: &str = "SF0407";
/// The system refused to load the library.
pub const LOAD_FAILED: &str = "SF0408";
/// What the plugin says when it runs is not what its manifest says.
pub const MANIFEST_MISMATCH: &str = "SF0409";
/// The plugin broke a rule of the contract.
pub const CONTRACT_BROKEN: &str = "SF0410";
