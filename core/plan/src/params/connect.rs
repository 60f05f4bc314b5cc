use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{ConfigSpec, ConnectorKind, Error};
use sqlflow_profile::{Connection, Secret};
use sqlflow_syntax::{Diagnostic, Span};

use super::{By, Opened, Resolved, Subject, Wanted, paths};
use crate::{Connected, ConnectorSpec, Finding, InFile, code, translation::Translation};

impl ConnectorSpec {
    /// The settings of a role; `None` where the connector does not play it.
    pub(super) fn spec(&self, role: ConnectorKind) -> Option<&ConfigSpec> {
        match role {
            ConnectorKind::Source => self.source.as_ref(),
            ConnectorKind::Destination => self.destination.as_ref(),
        }
    }
}

impl<'a> Translation<'a> {
    /// The connector that is wanted, with its resolved config; `None` once something has been
    /// reported.
    ///
    /// OPTIONS win over the connection's params, those over the environment, that over defaults.
    pub(crate) fn connect(
        &mut self,
        wanted: &Wanted<'_>,
        role: ConnectorKind,
    ) -> Option<Opened<'a>> {
        let mut given = self.read_options(wanted.options);
        let (connector, connection) = self.choose(wanted)?;
        let Some(spec) = connector.spec(role) else {
            self.report(wrong_role(connector, role, wanted));
            return None;
        };
        if let Some(connection) = connection
            && !self.add_connection(&mut given, connection, connector, role)
        {
            return None;
        }
        let subject = Subject::connector(&connector.name, role, wanted.span());
        let resolved = self.resolve(given, spec, &subject)?;
        let Resolved { mut config, given, step, sync, resilience } = resolved;
        paths::join(&mut config, spec, self.input.project);
        let secret_fields = secret_fields(spec, &config);
        let mut secrets = given.secrets;
        secrets.extend(secret_fields.iter().flat_map(|name| texts(config.get(name))));
        let connected = Connected {
            connector: connector.name.clone(),
            connection: connection.map(|connection| connection.name.value.clone()),
            config,
            secrets,
            secret_fields,
            resilience,
        };
        Some(Opened { connected, spec: connector, options: step, sync })
    }

    fn choose(
        &mut self,
        wanted: &Wanted<'_>,
    ) -> Option<(&'a ConnectorSpec, Option<&'a Connection>)> {
        match wanted.by {
            By::Type(word) => {
                Some((self.connector(&word.text, (InFile::Pipeline, word.span))?, None))
            }
            By::Connection(name) => {
                let connection = self.connection(name)?;
                let word = &connection.connector_type;
                let connector = self.connector(&word.value, (InFile::Profile, word.span))?;
                Some((connector, Some(connection)))
            }
        }
    }

    fn connector(&mut self, word: &str, (file, span): (InFile, Span)) -> Option<&'a ConnectorSpec> {
        let diagnostic = match self.input.connectors.get(&word.to_ascii_lowercase()) {
            Some(Ok(connector)) => return Some(connector),
            Some(Err(error)) => unavailable(error, span),
            None => {
                let message = format!("the connector `{word}` was not looked for");
                Diagnostic::error(code::CONNECTOR_UNAVAILABLE, message, span)
            }
        };
        self.findings.push(Finding { file, diagnostic });
        None
    }
}

fn unavailable(error: &Error, span: Span) -> Diagnostic {
    let message = [error.message()].into_iter().chain(error.causes().iter().map(String::as_str));
    let message = message.collect::<Vec<_>>().join(": ");
    let diagnostic = Diagnostic::error(code::of_connector(error.code()), message, span);
    match error.remedy() {
        Some(remedy) => diagnostic.help(remedy),
        None => diagnostic,
    }
}

fn wrong_role(connector: &ConnectorSpec, role: ConnectorKind, wanted: &Wanted<'_>) -> Diagnostic {
    let (name, span) = (&connector.name, wanted.by_span());
    let (message, help) = match role {
        ConnectorKind::Source => (
            format!("the connector `{name}` is a destination, not a source"),
            "name a connector that rows can come from",
        ),
        ConnectorKind::Destination => (
            format!("the connector `{name}` is a source, not a destination"),
            "name a connector that rows can go to",
        ),
    };
    Diagnostic::error(code::WRONG_ROLE, message, span).help(help)
}

fn secret_fields(spec: &ConfigSpec, config: &Map<String, Value>) -> Vec<String> {
    let secret = spec.fields().iter().filter(|field| field.is_secret());
    let names = secret.map(|field| field.name().to_owned());
    names.filter(|name| config.contains_key(name)).collect()
}

/// Every text in a value, and numbers as text.
fn texts(value: Option<&Value>) -> Vec<Secret<String>> {
    match value {
        Some(Value::String(text)) => vec![Secret::new(text.clone())],
        Some(Value::Number(number)) => vec![Secret::new(number.to_string())],
        Some(Value::Array(items)) => items.iter().flat_map(|item| texts(Some(item))).collect(),
        Some(Value::Object(entries)) => {
            entries.values().flat_map(|value| texts(Some(value))).collect()
        }
        Some(Value::Null | Value::Bool(_)) | None => Vec::new(),
    }
}
