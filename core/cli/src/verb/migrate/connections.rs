//! The connections that inline params become, each with a name of its own.

use std::collections::BTreeMap;

use sqlflow_profile::{Content, Entry, Node, parse_yaml};

use crate::code;
use crate::failure::Failure;

use super::profile_text;
use super::yaml::plain;

/// A connection in YAML: the connector, and its params by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Connection {
    pub(super) connector: String,
    pub(super) params: Vec<(String, String)>,
}

/// The profile's text, and what is added to it.
#[derive(Debug)]
pub(super) struct Connections {
    pub(super) text: String,
    /// Whether a connection of the profile may be replaced.
    pub(super) force: bool,
    /// Whether sources with the same params share a connection.
    pub(super) merge: bool,
    added: BTreeMap<String, Connection>,
}

impl Connections {
    pub(super) fn new(text: String, force: bool, merge: bool) -> Self {
        Self { text, force, merge, added: BTreeMap::new() }
    }

    /// Adds a connection, under `wanted` or the next free name. Returns the name it has.
    ///
    /// Fails where the profile has another connection of that name, and it may not be replaced.
    pub(super) fn add(&mut self, wanted: &str, new: Connection) -> Result<String, Failure> {
        let same = self.added.iter().find(|(_, added)| self.merge && **added == new);
        if let Some((name, _)) = same {
            return Ok(name.clone());
        }
        let names = (1..).map(|n| if n == 1 { wanted.to_owned() } else { format!("{wanted}_{n}") });
        for name in names {
            match self.added.get(&name) {
                Some(added) if *added == new => return Ok(name),
                Some(_) => continue,
                None => {}
            }
            self.put(&name, &new)?;
            self.added.insert(name.clone(), new);
            return Ok(name);
        }
        Err(exists(wanted))
    }

    /// Sees to it that the profile has this connection.
    fn put(&mut self, name: &str, new: &Connection) -> Result<(), Failure> {
        let root = parse_yaml(&self.text).map_err(|_| profile_text::cannot_edit())?;
        let section = |key| root.as_ref().and_then(|root| root.get(key)?.get(name));
        let (today, older) = (section("connections"), section("connectors"));
        match today.or(older) {
            Some(old) if says(old, new) => return Ok(()),
            Some(_) if !self.force => return Err(exists(name)),
            Some(_) if today.is_none() => return Err(profile_text::cannot_edit()),
            _ => {}
        }
        self.text = profile_text::with_connection(&self.text, name, new)?;
        Ok(())
    }
}

/// Whether a connection of the profile says what `new` does.
fn says(old: &Node, new: &Connection) -> bool {
    let new = format!("a:\n{}", profile_text::block(&new.lines("a")[1..], ""));
    let Ok(Some(new)) = parse_yaml(&new) else { return false };
    new.get("a").is_some_and(|new| alike(&new.content, &old.content))
}

impl Connection {
    /// Its lines below `connections:`, not indented.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let mut lines =
            vec![format!("{}:", plain(name)), format!("  type: {}", plain(&self.connector))];
        if !self.params.is_empty() {
            lines.push("  params:".to_owned());
        }
        let param = |(key, value): &(String, String)| format!("    {}: {value}", plain(key));
        lines.extend(self.params.iter().map(param));
        lines
    }

    /// It on one line.
    pub(super) fn flow(&self, name: &str) -> String {
        let param = |(key, value): &(String, String)| format!("{}: {value}", plain(key));
        let params: Vec<String> = self.params.iter().map(param).collect();
        let (name, connector) = (plain(name), plain(&self.connector));
        format!("{name}: {{ type: {connector}, params: {{ {} }} }}", params.join(", "))
    }
}

/// Whether two values are equal, wherever they stand.
pub(super) fn alike(one: &Content, other: &Content) -> bool {
    let entry = |(one, other): (&Entry, &Entry)| {
        one.key.value == other.key.value && alike(&one.value.content, &other.value.content)
    };
    match (one, other) {
        (Content::List(one), Content::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| alike(&one.content, &other.content))
        }
        (Content::Map(one), Content::Map(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(entry)
        }
        (Content::Text(one), Content::Text(other)) => one == other,
        _ => one == other,
    }
}

fn exists(name: &str) -> Failure {
    let message = format!("the profile's connection `{name}` says something else");
    let remedy = "rename the source, or replace the connection with --force";
    Failure::usage(code::CONNECTION_EXISTS, message, remedy)
}
