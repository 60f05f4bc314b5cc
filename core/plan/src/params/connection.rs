use sqlflow_plugin_sdk::{ConfigSpec, ConnectorKind};
use sqlflow_profile::Connection;
use sqlflow_syntax::{Diagnostic, Span, Spanned, suggest};

use super::{given::Given, sync_params};
use crate::{ConnectorSpec, Finding, InFile, code, translation::Translation};

impl<'a> Translation<'a> {
    /// The connection of this name; `None` once it has been reported that there is none.
    pub(super) fn connection(&mut self, name: &Spanned<String>) -> Option<&'a Connection> {
        let connections = &self.input.profile.connections;
        let found = connections.get(&name.value);
        if found.is_none() {
            let profile = &self.input.profile.name;
            let message = format!("the profile `{profile}` has no connection `{}`", name.value);
            let names: Vec<&str> = connections.keys().map(String::as_str).collect();
            let help = match suggest(&name.value, names.iter().copied()) {
                Some(nearest) => {
                    format!("did you mean `{nearest}`? There are: {}", names.join(", "))
                }
                None if names.is_empty() => {
                    format!("define it under `connections` in profiles/{profile}.yml")
                }
                None => format!("there are: {}", names.join(", ")),
            };
            let finding = Diagnostic::error(code::UNKNOWN_CONNECTION, message, name.span);
            self.report(finding.help(help));
        }
        found
    }

    /// Adds the params of a connection that are not given as options. Those for the connector's
    /// other role are left out. Returns false once something has been reported.
    pub(super) fn add_connection(
        &mut self,
        given: &mut Given,
        connection: &Connection,
        connector: &ConnectorSpec,
        role: ConnectorKind,
    ) -> bool {
        let resolved = connection.resolve(&self.input.profile.text, &self.variables);
        let resolved = match resolved {
            Ok(resolved) => resolved,
            Err(errors) => {
                let in_profile = |diagnostic| Finding { file: InFile::Profile, diagnostic };
                self.findings.extend(errors.into_iter().map(in_profile));
                return false;
            }
        };
        given.secrets.extend(resolved.secrets);
        for (key, value) in resolved.values {
            if is_for(&key, connector, role) && !is_overridden(&key, given, connector, role) {
                let place = (InFile::Profile, key_span(connection, &key));
                given.insert(&key, Some(value), place);
            }
        }
        for (path, used) in resolved.uses {
            let key = path.split('.').next().unwrap_or_default();
            self.record(InFile::Profile, key_span(connection, key), used);
        }
        true
    }
}

/// Whether a param is for this role. One that neither role has is, so that it is reported; but how a
/// source is read means nothing to a destination.
fn is_for(key: &str, connector: &ConnectorSpec, role: ConnectorKind) -> bool {
    let has = |spec: Option<&ConfigSpec>| spec.is_some_and(|spec| spec.field(key).is_some());
    let (other, may_be_read) = match role {
        ConnectorKind::Source => (ConnectorKind::Destination, true),
        ConnectorKind::Destination => (ConnectorKind::Source, !sync_params::NAMES.contains(&key)),
    };
    has(connector.spec(role)) || may_be_read && !has(connector.spec(other))
}

fn is_overridden(key: &str, given: &Given, connector: &ConnectorSpec, role: ConnectorKind) -> bool {
    let field = connector.spec(role).and_then(|spec| spec.field(key));
    given.values.contains_key(key) || field.is_some_and(|field| given.has(field))
}

fn key_span(connection: &Connection, key: &str) -> Span {
    let entry = connection.params.iter().find(|entry| entry.key.value == key);
    entry.map_or(connection.name.span, |entry| entry.key.span)
}
