//! Which params are secrets.

use std::collections::HashMap;

use sqlflow_host::Plugins;
use sqlflow_syntax::{Json, JsonKind};

/// Parts of names that secrets have, for connectors that are not here to be asked.
const TELLING: &[&str] =
    &["password", "passwd", "secret", "token", "api_key", "apikey", "access_key", "private_key"];

/// The fields that connectors declare secret, asked once each.
#[derive(Debug)]
pub(super) struct SecretFields<'p> {
    plugins: &'p Plugins,
    known: HashMap<String, Vec<String>>,
}

impl<'p> SecretFields<'p> {
    pub(super) fn of(plugins: &'p Plugins) -> Self {
        Self { plugins, known: HashMap::new() }
    }

    /// Whether a connector's field is secret: as it says, or as the name tells.
    pub(super) fn contain(&mut self, connector: &str, field: &str) -> bool {
        let connector = connector.to_ascii_lowercase();
        let plugins = self.plugins;
        let declared =
            self.known.entry(connector).or_insert_with_key(|name| declared(plugins, name));
        declared.iter().any(|name| name == field) || tells(field)
    }
}

fn declared(plugins: &Plugins, connector: &str) -> Vec<String> {
    let Ok((source, destination)) = plugins.specs(connector) else { return Vec::new() };
    let specs = source.iter().chain(&destination);
    let fields = specs.flat_map(|spec| spec.fields()).filter(|field| field.is_secret());
    fields.map(|field| field.name().to_owned()).collect()
}

/// Whether a name is that of a secret.
pub(super) fn tells(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TELLING.iter().any(|part| name.contains(part))
}

/// Whether a value is a secret that is written out.
pub(super) fn is_written_out(value: &Json) -> bool {
    match &value.kind {
        JsonKind::Text(text) => !text.is_empty() && !text.contains("${"),
        JsonKind::Number(_) => true,
        _ => false,
    }
}
