//! What a profile says, with the origin of each value and without a secret.

use serde_json::Value;
use sqlflow_syntax::Spanned;

use crate::connection::Connection;
use crate::engine::Database;
use crate::node::{Content, Entry, Node};
use crate::profile::Profile;
use crate::profile_file::wrapper;
use crate::reader::given;
use crate::references::references;
use crate::value::Value as Scalar;
use crate::variables::Variables;
use crate::yaml;

/// One setting of a profile, as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Shown,
    /// Where the value came from, such as `the profile, from ${PG_HOST}`.
    pub origin: String,
}

/// What may be shown of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The value.
    Value(String),
    /// It is a secret.
    Secret,
    /// A reference in it has no value; why.
    Unset(String),
}

/// Tells whether a name says that its value is a secret, such as `api_token`.
#[must_use]
pub fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let says = |word: &&str| {
        ["password", "passwd", "passphrase", "pwd", "secret", "secrets", "token", "tokens"]
            .iter()
            .chain(&["credential", "credentials", "apikey", "authorization"])
            .any(|secret| word.ends_with(secret))
    };
    let opens = ["api", "access", "private", "secret", "auth", "encryption", "signing", "account"];
    let is_key = words.windows(2).any(|pair| pair[1] == "key" && opens.contains(&pair[0]));
    words.iter().any(says) || is_key || name == "key"
}

impl Profile {
    /// The variables of the profile as they are with `--vars` and the environment.
    #[must_use]
    pub fn variable_settings(&self, variables: &Variables) -> Vec<Setting> {
        let setting = |(name, template): (&String, &Scalar)| {
            let origin = origin(references(template.text()).map(|used| used.name));
            let (value, origin) = match variables.lookup(name) {
                Some(found) if found.secret || names_a_secret(name) => (Shown::Secret, origin),
                Some(found) if found.origin == crate::Origin::Vars => {
                    (Shown::Value(found.value.text().to_owned()), found.origin.to_string())
                }
                Some(found) => (Shown::Value(found.value.text().to_owned()), origin),
                None => (Shown::Unset(unset(template.text(), variables)), origin),
            };
            Setting { name: name.clone(), value, origin }
        };
        self.variables.iter().map(setting).collect()
    }

    /// The engine's settings, those that nobody gave included.
    #[must_use]
    pub fn engine_settings(&self, variables: &Variables) -> Vec<Setting> {
        let root = yaml::parse(&self.text).ok().flatten();
        let entries = root.as_ref().map(engine_entries).unwrap_or_default();
        let engine = &self.engine;
        let path = match &engine.database {
            Database::Memory => ":memory:".to_owned(),
            Database::File(path) => path.display().to_string(),
        };
        let allowed: Vec<String> =
            engine.allow_paths.iter().map(|path| path.display().to_string()).collect();
        let settings = [
            ("type", &["type"][..], Some("duckdb".to_owned())),
            ("path", &["path", "database_path", "mode"], Some(path)),
            ("memory_limit", &["memory_limit"], engine.memory_limit.clone()),
            ("threads", &["threads"], engine.threads.map(|threads| threads.to_string())),
            ("ordered", &["ordered"], engine.ordered.map(|ordered| ordered.to_string())),
            ("allow_paths", &["allow_paths"], Some(allowed.join(", "))),
        ];
        let setting = |(name, keys, value): (&str, &[&str], Option<String>)| {
            let node = keys.iter().find_map(|key| given(entries, key));
            let value = value.filter(|value| node.is_some() || !value.is_empty())?;
            let used = node.map(names_in).unwrap_or_default();
            let is_secret =
                used.iter().any(|name| variables.lookup(name).is_some_and(|found| found.secret));
            let origin = if node.is_some() { origin(used) } else { "the default".to_owned() };
            let value = if is_secret { Shown::Secret } else { Shown::Value(value) };
            Some(Setting { name: name.to_owned(), value, origin })
        };
        settings.into_iter().filter_map(setting).collect()
    }

    /// The params of a connection. `is_secret` tells what its connector declares; where that is not
    /// known, texts are taken for secrets.
    #[must_use]
    pub fn connection_settings(
        &self,
        connection: &Connection,
        variables: &Variables,
        is_secret: Option<&dyn Fn(&str) -> bool>,
    ) -> Vec<Setting> {
        let setting = |param: &Entry| {
            let name = &param.key.value;
            let is_secret = names_a_secret(name)
                || is_secret
                    .map_or(matches!(param.value.content, Content::Text(_)), |tell| tell(name));
            let value = param_shown(self, connection, param, variables);
            let value = match value {
                Shown::Value(_) if is_secret => Shown::Secret,
                value => value,
            };
            Setting { name: name.clone(), value, origin: origin(names_in(&param.value)) }
        };
        connection.params.iter().map(setting).collect()
    }
}

fn param_shown(
    profile: &Profile,
    connection: &Connection,
    param: &Entry,
    variables: &Variables,
) -> Shown {
    let alone = Connection {
        name: Spanned::clone(&connection.name),
        connector_type: Spanned::clone(&connection.connector_type),
        params: vec![param.clone()],
    };
    match alone.resolve(&profile.text, variables) {
        Err(errors) => Shown::Unset(errors.first().map_or_else(String::new, |e| e.message.clone())),
        Ok(resolved) if resolved.uses.iter().any(|(_, used)| used.resolved.secret) => Shown::Secret,
        Ok(resolved) => resolved.values.values().next().map_or(Shown::Secret, shown),
    }
}

/// A value, unless something in it looks like a secret.
fn shown(value: &Value) -> Shown {
    match value {
        Value::String(text) => Shown::Value(text.clone()),
        _ => Shown::Value(value.to_string()),
    }
    .unless(holds_a_secret(value))
}

impl Shown {
    fn unless(self, is_secret: bool) -> Self {
        if is_secret { Self::Secret } else { self }
    }
}

/// Whether a value holds a login in a URL, or a member whose name says that it is a secret.
fn holds_a_secret(value: &Value) -> bool {
    match value {
        Value::String(text) => text.split_once("://").is_some_and(|(_, rest)| {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            authority.contains('@')
        }),
        Value::Array(items) => items.iter().any(holds_a_secret),
        Value::Object(entries) => {
            entries.iter().any(|(key, value)| names_a_secret(key) || holds_a_secret(value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn engine_entries(root: &Node) -> &[Entry] {
    let root = wrapper(root.entries()).map_or(root, |only| &only.value);
    let old = || root.get("engines")?.get("duckdb");
    root.get("engine").or_else(old).map(Node::entries).unwrap_or_default()
}

/// The names that the references below a node ask for.
fn names_in(node: &Node) -> Vec<String> {
    match &node.content {
        Content::Text(text) => references(text).map(|reference| reference.name).collect(),
        Content::List(items) => items.iter().flat_map(names_in).collect(),
        Content::Map(entries) => entries.iter().flat_map(|entry| names_in(&entry.value)).collect(),
        Content::Null | Content::Boolean(_) | Content::Number(_) => Vec::new(),
    }
}

fn origin(used: impl IntoIterator<Item = String>) -> String {
    let used: Vec<String> = used.into_iter().map(|name| format!("${{{name}}}")).collect();
    if used.is_empty() {
        "the profile".into()
    } else {
        format!("the profile, from {}", used.join(", "))
    }
}

fn unset(template: &str, variables: &Variables) -> String {
    let errors = references(template).filter_map(|used| variables.resolve(&used).err());
    errors.map(|error| error.message).next().unwrap_or_else(|| "it has no value".to_owned())
}
