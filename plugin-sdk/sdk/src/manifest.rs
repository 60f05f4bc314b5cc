use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, Result, WriteMode};

/// What a plugin says of itself without running: `connector.toml`, with the version and ABI that
/// [`crate::export_plugin!`] puts in front, embedded in the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the plugin.
    pub version: String,
    /// ABI it was built for, as `major.minor`.
    pub abi: String,
    /// The word behind TYPE, in lower case.
    pub name: String,
    /// Other words for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// One line for lists.
    #[serde(default)]
    pub summary: String,
    /// The roles it plays.
    pub kinds: Vec<ConnectorKind>,
    /// The least ABI a host must have, as `major.minor`.
    pub abi_min: String,
    /// What its source can do.
    #[serde(default)]
    pub source: SourceCapabilities,
    /// What its destination can do.
    #[serde(default)]
    pub destination: DestinationCapabilities,
}

/// A role of a connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectorKind {
    /// Rows come from it.
    Source,
    /// Rows go to it.
    Destination,
}

/// What a source can do, beyond reading everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceCapabilities {
    /// Reads the columns asked for only.
    pub projection: bool,
    /// Evaluates filters.
    pub filters: bool,
    /// Splits a read into partitions.
    pub partitions: bool,
    /// Reads from a cursor on.
    pub incremental: bool,
    /// Resumes a read from a checkpoint.
    pub checkpoints: bool,
}

/// What a destination can do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DestinationCapabilities {
    /// The write modes it has.
    pub modes: Vec<WriteMode>,
    /// What a crash or a retry can do to the rows.
    pub delivery: Delivery,
    /// Whether readers see the old rows or the new ones, never a part.
    pub atomic_publish: bool,
    /// Whether the place is a file path, which the host resolves against the project's folder.
    pub place_is_path: bool,
}

/// What a crash or a retry can do to the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Data and commit record are one transaction: every row once.
    Transactional,
    /// Publishing again gives the same result: every row once.
    Idempotent,
    /// A retry may publish a row again.
    #[default]
    AtLeastOnce,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] where it is not TOML or an entry is missing.
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            Error::new(ErrorKind::Config, "the connector's manifest cannot be read")
                .caused_by(&error)
        })
    }

    /// Whether a connector plays this role.
    pub fn plays(&self, kind: ConnectorKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether it goes by this name, in any case.
    pub fn answers_to(&self, name: &str) -> bool {
        let mut names = [&self.name].into_iter().chain(&self.aliases);
        names.any(|candidate| candidate.eq_ignore_ascii_case(name))
    }
}
