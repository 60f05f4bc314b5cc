use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ConfigSpec, Manifest, Result};

/// What a loaded plugin says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Descriptor {
    /// The manifest, equal to the one embedded in the library.
    #[serde(flatten)]
    pub manifest: Manifest,
    /// JSON Schema of the source's config.
    #[serde(default)]
    pub source_config: Option<Value>,
    /// JSON Schema of the destination's config.
    #[serde(default)]
    pub destination_config: Option<Value>,
}

impl Descriptor {
    /// The spec of the source, where there is one.
    ///
    /// # Errors
    ///
    /// Its JSON Schema cannot be read.
    pub fn source_spec(&self) -> Result<Option<ConfigSpec>> {
        self.source_config.as_ref().map(ConfigSpec::from_json_schema).transpose()
    }

    /// The spec of the destination, where there is one.
    ///
    /// # Errors
    ///
    /// Its JSON Schema cannot be read.
    pub fn destination_spec(&self) -> Result<Option<ConfigSpec>> {
        self.destination_config.as_ref().map(ConfigSpec::from_json_schema).transpose()
    }
}
