use std::collections::BTreeMap;

use sqlflow_plugin_sdk::{ConfigSpec, DestinationCapabilities, Error, SourceCapabilities};
use sqlflow_profile::{Environment, Profile, Project, Variables};

use crate::Settled;

/// What a connector declares, as far as planning needs it.
#[derive(Debug, Clone)]
pub struct ConnectorSpec {
    /// Its name, in lower case; an alias in the pipeline is replaced by it.
    pub name: String,
    /// The settings of its source; `None` where it is none.
    pub source: Option<ConfigSpec>,
    /// What its source can do.
    pub source_capabilities: SourceCapabilities,
    /// The settings of its destination; `None` where it is none.
    pub destination: Option<ConfigSpec>,
    /// What its destination can do.
    pub destination_capabilities: DestinationCapabilities,
}

/// Everything a plan is made of.
#[derive(Debug)]
pub struct Input<'a> {
    /// The pipeline's name: its file's without `.sf`.
    pub name: &'a str,
    /// The statements, without IF and INCLUDE.
    pub settled: &'a Settled,
    /// The project; only its paths are used.
    pub project: &'a Project,
    /// The profile.
    pub profile: &'a Profile,
    /// The environment, for fields that declare environment names.
    pub environment: &'a Environment,
    /// `--vars`, profile and environment; SET is added while planning, in file order.
    pub variables: Variables,
    /// For every name that [`crate::connectors_named`] gives: what the connector declares, or why
    /// it cannot be had.
    pub connectors: &'a BTreeMap<String, Result<ConnectorSpec, Error>>,
}

impl Input<'_> {
    /// The pipeline's text, with that of the files it includes.
    pub(crate) fn text(&self) -> &str {
        self.settled.sources.text()
    }
}
