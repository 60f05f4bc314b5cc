use std::path::Path;

use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{
    CancelToken, Descriptor, DestinationConnector, Manifest, Result, SourceConnector,
};

/// The plugin that is tried, as a host shows it.
pub trait Subject {
    /// The manifest that is embedded in the library; none of its code runs.
    ///
    /// # Errors
    ///
    /// The library is no plugin.
    fn manifest(&self) -> Result<Manifest>;

    /// What the plugin says of itself. Loads it.
    ///
    /// # Errors
    ///
    /// It cannot be loaded, or is refused.
    fn descriptor(&self) -> Result<Descriptor>;

    /// The names of all symbols that the library defines for others; none of its code runs.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    fn exports(&self) -> Result<Vec<String>>;

    /// Opens the source with this config; where `connector` names another plugin, that one's.
    ///
    /// # Errors
    ///
    /// What a host would get.
    fn open_source(
        &self,
        connector: Option<&str>,
        config: &Map<String, Value>,
        cancel: &CancelToken,
    ) -> Result<Box<dyn SourceConnector>>;

    /// Opens the destination with this config.
    ///
    /// # Errors
    ///
    /// What a host would get.
    fn open_destination(
        &self,
        config: &Map<String, Value>,
        cancel: &CancelToken,
    ) -> Result<Box<dyn DestinationConnector>>;

    /// All that the plugin has logged or reported so far.
    fn said(&self) -> Vec<String>;

    /// From now on the plugin shall panic at the entry of this name, such as `source.check`; at
    /// none where it is `None`.
    fn fail_at(&self, entry: Option<&str>);

    /// The entries at which the plugin has asked whether to panic.
    fn asked(&self) -> Vec<String>;

    /// Another file with the same content, to be loaded as another plugin.
    ///
    /// # Errors
    ///
    /// The file cannot be copied.
    fn copy(&self) -> Result<Box<dyn Subject>>;

    /// Plays a scene (see [`crate::play`]) in a process of its own and waits for its end.
    ///
    /// # Errors
    ///
    /// No process can be started.
    fn elsewhere(&self, scene: &str, scratch: &Path) -> Result<Played>;
}

/// A process that has ended.
#[derive(Debug, Clone)]
pub struct Played {
    /// Whether it ended with the exit code 0.
    pub succeeded: bool,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}
