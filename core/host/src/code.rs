//! The stable codes of what can go wrong with a plugin.
//!
//! | when | codes |
//! |---|---|
//! | before the library is mapped: no code of it ran | SF0401-SF0406, SF0411-SF0421 |
//! | after its initialisers ran, before a call | SF0408, SF0422; SF0421 where it changed meanwhile |
//! | by its entry or descriptor | SF0409, SF0410, SF0423 |
//! | while it is used | SF0407, SF0410, SF0424 |
//! | when a call takes too long | SF0602 |
//! | when a plugin is installed or removed | SF0425, and those of the first row |
//! | around its calls | SF0605 |

/// No plugin found offers this connector.
pub const UNKNOWN_CONNECTOR: &str = "SF0401";
/// The file is no shared library, such as a text file.
pub const NOT_A_PLUGIN: &str = "SF0402";
/// The library is for another kind of machine.
pub const WRONG_MACHINE: &str = "SF0403";
/// The library's file is cut short.
pub const TRUNCATED: &str = "SF0404";
/// Plugin and host speak different versions of the contract.
pub const ABI_MISMATCH: &str = "SF0405";
/// Nothing the user did names the plugin: it came with the project.
pub const NOT_TRUSTED: &str = "SF0406";
/// The connector does not play the role asked for.
pub const WRONG_ROLE: &str = "SF0407";
/// The system refused to load the library.
pub const LOAD_FAILED: &str = "SF0408";
/// What the plugin says when it runs is not what its manifest says.
pub const MANIFEST_MISMATCH: &str = "SF0409";
/// The plugin broke a rule of the contract.
pub const CONTRACT_BROKEN: &str = "SF0410";
/// Anybody on this machine may change the plugin or a folder it lies in.
pub const WORLD_WRITABLE: &str = "SF0411";
/// The plugin or a folder it lies in belongs to another user.
pub const FOREIGN_OWNER: &str = "SF0412";
/// The plugin lies in the user's plugin folder, but was not installed.
pub const NOT_INSTALLED: &str = "SF0413";
/// `--locked`, and the project's `sqlflow.lock` does not pin the plugin.
pub const NOT_PINNED: &str = "SF0414";
/// The library is not the one that a `sqlflow.lock` pins.
pub const PIN_MISMATCH: &str = "SF0415";
/// A `sqlflow.lock` cannot be read.
pub const LOCK_UNREADABLE: &str = "SF0416";
/// A shared library without a connector manifest, such as libm.
pub const NO_MANIFEST: &str = "SF0417";
/// A library with a manifest but without the entry that the contract names.
pub const NO_ENTRY: &str = "SF0418";
/// The manifest cannot be read or breaks a rule.
pub const BAD_MANIFEST: &str = "SF0419";
/// The plugin's file cannot be opened or its folder not searched.
pub const UNREADABLE: &str = "SF0420";
/// The file was replaced after it was listed, or changed while or after it was loaded.
pub const FILE_CHANGED: &str = "SF0421";
/// The types that cross the boundary are laid out in another way than the host's.
pub const LAYOUT_MISMATCH: &str = "SF0422";
/// The plugin's entry failed.
pub const START_FAILED: &str = "SF0423";
/// The plugin panicked before: what it opened may only be closed.
pub const PANICKED_BEFORE: &str = "SF0424";
/// A plugin cannot be installed, removed or pinned, because a file cannot be written.
pub const CANNOT_INSTALL: &str = "SF0425";
/// A connection has failed too often: it is left alone for a while.
pub const BREAKER_OPEN: &str = "SF0605";

/// A call was cancelled, as it took longer than it may.
pub const CALL_TIMED_OUT: &str = "SF0602";

/// Whether a refusal is about whom the user trusts, not about the library.
pub fn is_about_trust(code: &str) -> bool {
    [NOT_TRUSTED, WORLD_WRITABLE, FOREIGN_OWNER, NOT_INSTALLED, NOT_PINNED, PIN_MISMATCH]
        .contains(&code)
}
