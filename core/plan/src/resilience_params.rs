//! What a connection's `resilience` says of another side that is slow or down.

use std::time::Duration;

use crate::Retry;

/// What `resilience` says. `None` where nothing is said: the connector's own default holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResilienceParams {
    /// The policy that the rest is said of; the connector's where none is named.
    pub preset: Option<ResiliencePreset>,
    /// How often and when a call is tried again.
    pub retry: Option<Setting<Retry>>,
    /// When calls are not even tried.
    pub breaker: Option<Setting<BreakerParams>>,
    /// How many calls are made.
    pub rate: Option<Setting<RateParams>>,
}

/// What is turned off, or set.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting<T> {
    /// `false`
    Off,
    /// What is said of it.
    On(T),
}

/// A policy that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResiliencePreset {
    /// `db`: a database.
    Database,
    /// `api`: a service behind HTTP.
    Api,
    /// `file`: files that are near.
    File,
}

/// When calls are not even tried. `None` where nothing is said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BreakerParams {
    /// So many calls in a row that fail keep further ones from being tried, at least one.
    pub failures: Option<u64>,
    /// The time after which one is tried again.
    pub reset_after: Option<Duration>,
    /// So many that succeed then end it, at least one.
    pub successes: Option<u64>,
}

/// How many calls are made. `None` where nothing is said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RateParams {
    /// Calls a minute, at least one.
    pub per_minute: Option<u32>,
    /// Calls that may be made at once after a rest, at least one.
    pub burst: Option<u32>,
}

impl ResiliencePreset {
    /// Every preset.
    pub const ALL: [Self; 3] = [Self::Database, Self::Api, Self::File];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "db",
            Self::Api => "api",
            Self::File => "file",
        }
    }
}

impl ResilienceParams {
    /// Nothing is tried again and nothing kept back.
    pub(crate) fn off() -> Self {
        Self {
            preset: None,
            retry: Some(Setting::Off),
            breaker: Some(Setting::Off),
            rate: Some(Setting::Off),
        }
    }
}
