//! The `connections` section.

use std::fmt;

use serde_json::Map;
use sqlflow_syntax::{Diagnostic, Spanned};

use crate::bad_reference::BadReference;
use crate::code;
use crate::node::{Content, Entry, Node, find};
use crate::reader::{Reader, fill_node, given, locate};
use crate::secret::Secret;
use crate::substitute::Use;
use crate::template::parse_template;
use crate::variables::Variables;

/// The keys of one connection.
pub(crate) const KEYS: &[&str] = &["type", "params"];

/// A named connection. Its params are templates until [`Connection::resolve`]; `Debug` shows
/// their names only.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// The name a pipeline uses, with its place in the profile.
    pub name: Spanned<String>,
    /// The connector, as written.
    pub connector_type: Spanned<String>,
    /// The params by name, with their places.
    pub params: Vec<Entry>,
}

/// The params of a connection with every reference replaced. `Debug` shows their names only.
#[derive(Clone)]
pub struct ResolvedParams {
    /// The values. Numbers keep their notation where JSON's numbers can hold it, else are text.
    pub values: Map<String, serde_json::Value>,
    /// The values that came from the environment, `.env` or a secret file, to be kept out of logs.
    pub secrets: Vec<Secret<String>>,
    /// The references that were replaced, each with the path of its param, such as `auth.token`.
    pub uses: Vec<(String, Use)>,
}

impl Connection {
    /// The param `name`, still a template.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&Node> {
        find(&self.params, name)
    }

    /// Replaces the references of all params; `text` is the profile's.
    ///
    /// # Errors
    ///
    /// Every reference that has no value, at its place in the profile.
    pub fn resolve(
        &self,
        text: &str,
        variables: &Variables,
    ) -> Result<ResolvedParams, Vec<Diagnostic>> {
        let params = ResolvedParams { values: Map::new(), secrets: Vec::new(), uses: Vec::new() };
        let mut resolving = Resolving { text, variables, params, errors: Vec::new() };
        let values = resolving.entries(&self.params, "");
        if !resolving.errors.is_empty() {
            return Err(resolving.errors);
        }
        Ok(ResolvedParams { values, ..resolving.params })
    }
}

/// Reads the entries of `connections` or of SQLFlow's `connectors`.
pub(crate) fn read(entries: &[Entry], place: &str, reader: &mut Reader<'_>) -> Vec<Connection> {
    entries.iter().filter_map(|entry| read_one(entry, place, reader)).collect()
}

fn read_one(entry: &Entry, place: &str, reader: &mut Reader<'_>) -> Option<Connection> {
    let place = format!("`{place}.{}`", entry.key.value);
    let errors_before = reader.errors.len();
    let entries = reader.section(&entry.value, &place, KEYS);
    let keys_are_known = reader.errors.len() == errors_before;
    let params = given(entries, "params");
    let params =
        params.map_or(&[][..], |node| reader.mapping(node, &format!("`params` of {place}")));
    check_templates(params, reader);
    let Some(connector) = given(entries, "type") else {
        // An unknown key is most likely the misspelt `type`: one finding for one mistake.
        if keys_are_known {
            let help = "add `type: NAME`, the connector it connects with";
            let message = format!("{place} has no `type`");
            reader.error(code::MISSING_KEY, message, entry.key.span, help);
        }
        return None;
    };
    let connector_type = reader.text(connector, &format!("`type` of {place}"))?;
    Some(Connection { name: entry.key.clone(), connector_type, params: params.to_vec() })
}

/// Reports malformed references now; whether they have values is asked when they are used.
fn check_templates(entries: &[Entry], reader: &mut Reader<'_>) {
    for entry in entries {
        check_template(&entry.value, reader);
    }
}

pub(crate) fn check_template(node: &Node, reader: &mut Reader<'_>) {
    match &node.content {
        Content::Text(text) => {
            for error in parse_template(text).err().unwrap_or_default() {
                reader.errors.push(locate(&error, reader.text, node.span));
            }
        }
        Content::List(items) => items.iter().for_each(|item| check_template(item, reader)),
        Content::Map(entries) => check_templates(entries, reader),
        Content::Null | Content::Boolean(_) | Content::Number(_) => {}
    }
}

struct Resolving<'a> {
    text: &'a str,
    variables: &'a Variables,
    params: ResolvedParams,
    errors: Vec<Diagnostic>,
}

impl Resolving<'_> {
    fn entries(&mut self, entries: &[Entry], path: &str) -> Map<String, serde_json::Value> {
        let resolve = |entry: &Entry| {
            let key = &entry.key.value;
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            (key.clone(), self.node(&entry.value, &path))
        };
        entries.iter().map(resolve).collect()
    }

    fn node(&mut self, node: &Node, path: &str) -> serde_json::Value {
        match &node.content {
            Content::Null => serde_json::Value::Null,
            Content::Boolean(boolean) => (*boolean).into(),
            Content::Number(number) => json_number(number),
            Content::Text(template) => self.leaf(template, node, path),
            Content::List(items) => {
                let item = |(at, item)| self.node(item, &format!("{path}.{at}"));
                serde_json::Value::Array(items.iter().enumerate().map(item).collect())
            }
            Content::Map(entries) => serde_json::Value::Object(self.entries(entries, path)),
        }
    }

    fn leaf(&mut self, template: &str, node: &Node, path: &str) -> serde_json::Value {
        match fill_node(template, self.variables) {
            Ok(filled) => {
                let secrets = filled.uses.iter().filter(|used| used.resolved.secret);
                let secrets =
                    secrets.map(|used| Secret::new(used.resolved.value.text().to_owned()));
                self.params.secrets.extend(secrets);
                self.params
                    .uses
                    .extend(filled.uses.into_iter().map(|used| (path.to_owned(), used)));
                filled.text.into()
            }
            Err(errors) => {
                let at_place = |error: &BadReference| locate(error, self.text, node.span);
                self.errors.extend(errors.iter().map(at_place));
                serde_json::Value::Null
            }
        }
    }
}

/// A number as JSON; one that would be rounded stays text.
pub(crate) fn json_number(written: &str) -> serde_json::Value {
    match serde_json::from_str::<serde_json::Number>(written) {
        Ok(number) if number.to_string() == written => number.into(),
        _ => written.into(),
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("name", &self.name.value)
            .field("connector_type", &self.connector_type.value)
            .field("params", &self.params.iter().map(|entry| &entry.key.value).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ResolvedParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResolvedParams")
            .field("params", &self.values.keys().collect::<Vec<_>>())
            .field("secrets", &self.secrets.len())
            .finish_non_exhaustive()
    }
}
