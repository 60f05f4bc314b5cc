//! What connectors and statements are told: params, options, connections of the profile.

mod config;
mod connect;
mod connection;
mod given;
mod json;
mod of_profile;
mod paths;
mod problem;
mod resilience;
pub(crate) mod step_options;
mod sync_params;
mod taken;

pub use self::of_profile::connect_profile;
use serde_json::{Map, Value};
use sqlflow_plugin_sdk::ConnectorKind;
use sqlflow_syntax::{Ident, JsonObject, Span, Spanned};

use self::given::Given;
use crate::{Connected, ConnectorSpec, ResilienceParams, StepOptions, SyncParams};

/// The connector a statement asks for.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    by: By<'a>,
    options: Option<&'a JsonObject>,
}

#[derive(Debug)]
enum By<'a> {
    /// TYPE
    Type(&'a Ident),
    /// FROM or USING a connection of the profile.
    Connection(&'a Spanned<String>),
}

impl<'a> Wanted<'a> {
    pub(crate) fn of_type(connector: &'a Ident, options: Option<&'a JsonObject>) -> Self {
        Self { by: By::Type(connector), options }
    }

    pub(crate) fn of_connection(
        name: &'a Spanned<String>,
        options: Option<&'a JsonObject>,
    ) -> Self {
        Self { by: By::Connection(name), options }
    }

    /// The place to point at where an option is missing.
    fn span(&self) -> Span {
        self.options.map_or(self.by_span(), |options| options.span)
    }

    /// The place of the connector or connection.
    fn by_span(&self) -> Span {
        match self.by {
            By::Type(connector) => connector.span,
            By::Connection(name) => name.span,
        }
    }
}

/// What is told something.
#[derive(Debug)]
pub(crate) struct Subject {
    /// `csv source`, `LOAD`
    what: String,
    /// The place to point at where an option is missing.
    at: Span,
    /// Whether the options are those of a connector, besides the ones of every statement.
    of_connector: bool,
    /// Whether it is a LOAD.
    is_load: bool,
    /// Whether its params say how a source is read.
    is_source: bool,
}

impl Subject {
    /// A statement that takes only the options of every statement.
    pub(crate) fn statement(keyword: &str, at: Span) -> Self {
        let (what, is_load) = (keyword.to_owned(), keyword == "LOAD");
        Self { what, at, of_connector: false, is_load, is_source: false }
    }

    fn connector(name: &str, role: ConnectorKind, at: Span) -> Self {
        let is_source = role == ConnectorKind::Source;
        let role = if is_source { "source" } else { "destination" };
        Self { what: format!("{name} {role}"), at, of_connector: true, is_load: false, is_source }
    }
}

/// Options that were found good.
#[derive(Debug)]
struct Resolved {
    /// What the connector is told: every value checked, defaults filled in.
    config: Map<String, Value>,
    /// What is left of what was given.
    given: Given,
    /// The options of every statement.
    step: StepOptions,
    /// How a source is read.
    sync: SyncParams,
    /// What is done where the other side is slow or down.
    resilience: ResilienceParams,
}

/// A connector with what its statement's options say besides its config.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    pub(crate) connected: Connected,
    pub(crate) spec: &'a ConnectorSpec,
    pub(crate) options: StepOptions,
    pub(crate) sync: SyncParams,
}

/// Whether an option belongs to the step, and is none that a connector is told: how rows are read,
/// retried, written and reported.
#[must_use]
pub fn is_step_option(name: &str) -> bool {
    step_options::NAMES.contains(&name) || sync_params::NAMES.contains(&name)
}
