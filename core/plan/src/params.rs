//! What connectors and statements are told: params, options, connections of the profile.

mod config;
mod connect;
mod connection;
mod given;
mod json;
mod of_profile;
mod paths;
mod problem;
mod unsupported;

pub use self::of_profile::connect_profile;
use sqlflow_plugin_sdk::ConnectorKind;
use sqlflow_syntax::{Ident, JsonObject, Span, Spanned};

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

/// What is told something, for messages.
#[derive(Debug)]
pub(crate) struct Subject {
    /// `csv source`, `LOAD`
    what: String,
    /// The place to point at where an option is missing.
    at: Span,
    /// The options that are known and not built.
    refused: &'static [&'static str],
}

impl Subject {
    /// A statement that takes options of its own.
    pub(crate) fn statement(keyword: &str, at: Span) -> Self {
        Self { what: keyword.to_owned(), at, refused: unsupported::OF_STATEMENTS }
    }

    fn connector(name: &str, role: ConnectorKind, at: Span) -> Self {
        let (role, refused) = match role {
            ConnectorKind::Source => ("source", unsupported::OF_SOURCES),
            ConnectorKind::Destination => ("destination", unsupported::OF_STATEMENTS),
        };
        Self { what: format!("{name} {role}"), at, refused }
    }
}
