//! The stable codes of what the command line itself refuses.

/// There is no such verb.
pub(crate) const UNKNOWN_VERB: &str = "SF0001";
/// A known verb that is not built yet.
pub(crate) const NOT_SUPPORTED: &str = "SF0002";
/// A pipeline has to be named.
pub(crate) const PIPELINE_NOT_NAMED: &str = "SF0003";
/// `init` would write into a folder that holds something.
pub(crate) const FOLDER_NOT_EMPTY: &str = "SF0004";
/// A file or the output cannot be written.
pub(crate) const CANNOT_WRITE: &str = "SF0005";
/// The system did not say where the command was started.
pub(crate) const NO_PLACE: &str = "SF0006";
/// A value of the result has no text form.
pub(crate) const UNPRINTABLE: &str = "SF0007";
/// A file lies outside the project.
pub(crate) const OUTSIDE_PROJECT: &str = "SF0020";
/// A file of the project cannot be read as text.
pub(crate) const CANNOT_READ: &str = "SF0021";
/// There is no such error code.
pub(crate) const UNKNOWN_CODE: &str = "SF0050";
/// A connection of this name says something else already.
pub(crate) const CONNECTION_EXISTS: &str = "SF0022";
/// A profile cannot be changed as a text.
pub(crate) const CANNOT_EDIT: &str = "SF0023";
/// The project has no profiles.
pub(crate) const NO_PROFILES: &str = "SF0030";
/// A connection does not work.
pub(crate) const CONNECTION_FAILED: &str = "SF0031";
/// A name of the environment is not set.
pub(crate) const NOT_SET: &str = "SF0032";
/// A file is there already.
pub(crate) const FILE_EXISTS: &str = "SF0033";
/// What a connection needs was not given, or not in a form that can be read.
pub(crate) const CONNECTION_PARAMS: &str = "SF0034";
/// The profile has no connections.
pub(crate) const NO_CONNECTIONS: &str = "SF0035";
/// The name cannot be a connector's.
pub(crate) const CONNECTOR_NAME: &str = "SF0461";
/// `plugin new` would write into a folder that is there.
pub(crate) const FOLDER_EXISTS: &str = "SF0462";
/// There is no template for what was asked for.
pub(crate) const NO_TEMPLATE: &str = "SF0463";
/// The folder named by `--sdk` does not hold the sdk.
pub(crate) const NO_SDK: &str = "SF0464";
/// The folder is not that of a connector's crate.
pub(crate) const NOT_A_CONNECTOR: &str = "SF0465";
/// cargo cannot be started.
pub(crate) const NO_CARGO: &str = "SF0466";
/// cargo did not build the crate.
pub(crate) const BUILD_FAILED: &str = "SF0467";
/// The crate does not build a shared library.
pub(crate) const NOT_A_CDYLIB: &str = "SF0468";
/// A connector cannot be documented or tried as it was asked for.
pub(crate) const CANNOT_TRY: &str = "SF0469";
/// The fixture of a conformance test cannot be read.
pub(crate) const NO_FIXTURE: &str = "SF0451";
/// There is no conformance case of this name.
pub(crate) const NO_SUCH_CASE: &str = "SF0452";
/// There is no library to try.
pub(crate) const NO_LIBRARY: &str = "SF0453";
/// A run cannot be started in a process of its own.
pub(crate) const CANNOT_DETACH: &str = "SF0820";
/// A pipeline has no run yet.
pub(crate) const NEVER_RUN: &str = "SF0821";
