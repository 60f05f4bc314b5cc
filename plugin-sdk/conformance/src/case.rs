use std::fmt;

use sqlflow_plugin_sdk::{ConnectorKind, Delivery, Manifest, WriteMode};

use crate::{Outcome, Trial};

/// One thing every connector with these capabilities does.
#[derive(Clone, Copy)]
pub struct Case {
    /// What `--only` takes, such as `abort-leaves-nothing`.
    pub name: &'static str,
    /// What it holds a connector to, in one line.
    pub about: &'static str,
    /// The capabilities without which it is not chosen.
    pub needs: Needs,
    /// Tries it.
    pub run: fn(&Trial<'_>) -> Outcome,
}

/// What a manifest declares for a case to be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// A library that is a plugin. Where such a case fails, no other can be run.
    Loading,
    /// Nothing more than a plugin.
    Nothing,
    /// A source.
    Source,
    /// `source.projection`.
    Projection,
    /// `source.filters`.
    Filters,
    /// `source.partitions`.
    Partitions,
    /// `source.incremental`.
    Incremental,
    /// `source.checkpoints`.
    Checkpoints,
    /// A destination.
    Destination,
    /// A destination with this mode.
    Mode(WriteMode),
    /// A destination that lacks a mode.
    ModeLacking,
    /// `destination.atomic_publish`.
    AtomicPublish,
    /// `destination.delivery` is transactional or idempotent.
    Once,
    /// `destination.delivery` is transactional.
    Transactional,
}

impl Needs {
    /// Whether the manifest declares it.
    pub fn declared_by(self, manifest: &Manifest) -> bool {
        let (source, destination) = (manifest.source, &manifest.destination);
        match self {
            Self::Loading | Self::Nothing => true,
            Self::Source => manifest.plays(ConnectorKind::Source),
            Self::Projection => Self::Source.declared_by(manifest) && source.projection,
            Self::Filters => Self::Source.declared_by(manifest) && source.filters,
            Self::Partitions => Self::Source.declared_by(manifest) && source.partitions,
            Self::Incremental => Self::Source.declared_by(manifest) && source.incremental,
            Self::Checkpoints => Self::Source.declared_by(manifest) && source.checkpoints,
            _ if !manifest.plays(ConnectorKind::Destination) => false,
            Self::Destination => true,
            Self::Mode(mode) => destination.modes.contains(&mode),
            Self::ModeLacking => MODES.iter().any(|mode| !destination.modes.contains(mode)),
            Self::AtomicPublish => destination.atomic_publish,
            Self::Once => destination.delivery != Delivery::AtLeastOnce,
            Self::Transactional => destination.delivery == Delivery::Transactional,
        }
    }
}

/// All write modes.
pub(crate) const MODES: [WriteMode; 3] = [WriteMode::Replace, WriteMode::Append, WriteMode::Upsert];

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("name", &self.name).finish_non_exhaustive()
    }
}
