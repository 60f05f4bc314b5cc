//! Adding a connection to the text of a profile, which keeps its comments and its form.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::code;
use crate::node::{Content, Entry, Node};
use crate::profile_file::wrapper;
use crate::value::Value as Scalar;
use crate::yaml;

/// The longest line that is written.
const WIDEST: usize = 100;

/// A connection to write into a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct NewConnection {
    /// Its name.
    pub name: String,
    /// The connector.
    pub connector_type: String,
    /// The params; secrets are references such as `${PG_PASSWORD}`.
    pub params: Map<String, Value>,
}

/// A connection cannot be added to a profile.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct EditError {
    /// [`code::CONNECTION_EXISTS`] or [`code::CANNOT_EDIT`].
    pub code: &'static str,
    /// What stands in the way.
    pub message: String,
    /// What to do instead.
    pub help: String,
}

/// The text of a profile with one connection more. Everything else stays byte for byte.
///
/// # Errors
///
/// There is a connection of this name, or the section is written in a way that nothing can be
/// added to.
pub fn add_connection(text: &str, new: &NewConnection) -> Result<String, EditError> {
    let root = yaml::parse(text).map_err(|_| cannot(new))?;
    let entries = root.as_ref().map(Node::entries).unwrap_or_default();
    if wrapper(entries).is_some() {
        return Err(cannot(new));
    }
    let section = |name| entries.iter().find(|entry: &&Entry| entry.key.value == name);
    let taken = |name| section(name).is_some_and(|entry| entry.value.get(&new.name).is_some());
    if taken("connections") || taken("connectors") {
        return Err(exists(&new.name));
    }
    let added = match section("connections") {
        Some(section) => into_section(text, section, new),
        None => at_the_end(text, new),
    };
    // What was written is read again: a form that was not thought of here must not break a profile.
    match yaml::parse(&added) {
        Ok(Some(after)) if is_as_wanted(root.as_ref(), &after, new) => Ok(added),
        _ => Err(cannot(new)),
    }
}

fn into_section(text: &str, section: &Entry, new: &NewConnection) -> String {
    let (value, entries) = (&section.value, section.value.entries());
    let is_flow = text.get(value.span.start..).is_some_and(|rest| rest.starts_with('{'));
    match entries.last() {
        None if is_flow => insert(text, value.span.start + 1, &format!(" {} ", flow(new))),
        None => insert_line(text, section.key.span.end, &block(new, "  ")),
        Some(last) if is_flow => insert(text, end_of(last, text), &format!(", {}", flow(new))),
        Some(last) => {
            let start = entries.first().map_or(0, |first| first.key.span.start);
            insert_line(text, end_of(last, text), &block(new, indent_of(text, start)))
        }
    }
}

fn at_the_end(text: &str, new: &NewConnection) -> String {
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{text}{gap}connections:\n{}", block(new, "  "))
}

fn insert(text: &str, at: usize, what: &str) -> String {
    [&text[..at], what, &text[at..]].concat()
}

/// Inserts lines behind the line that holds the byte before `at`.
fn insert_line(text: &str, at: usize, lines: &str) -> String {
    let written = text[..at].trim_end().len();
    match text[written..].find('\n') {
        Some(length) => insert(text, written + length + 1, lines),
        None => format!("{text}\n{lines}"),
    }
}

/// Where an entry ends. The end of a block is that of what stands last in it: its own reaches up to
/// what comes next.
fn end_of(entry: &Entry, text: &str) -> usize {
    entry.key.span.end.max(end_of_value(&entry.value, text))
}

fn end_of_value(node: &Node, text: &str) -> usize {
    let is_flow = text.get(node.span.start..).is_some_and(|rest| rest.starts_with(['{', '[']));
    match &node.content {
        Content::Map(entries) if !is_flow => entries.last().map_or(0, |last| end_of(last, text)),
        Content::List(items) if !is_flow => items.last().map_or(0, |last| end_of_value(last, text)),
        _ => node.span.end,
    }
}

fn indent_of(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    &text[start..at]
}

/// One line where it fits, else a line a param.
fn block(new: &NewConnection, indent: &str) -> String {
    let line = format!("{indent}{}\n", flow(new));
    if line.chars().count() <= WIDEST {
        return line;
    }
    let (name, kind) = (scalar(&new.name), scalar(&new.connector_type));
    let mut lines = format!("{indent}{name}:\n{indent}  type: {kind}\n");
    if !new.params.is_empty() {
        lines.push_str(&format!("{indent}  params:\n"));
    }
    for (key, value) in &new.params {
        lines.push_str(&format!("{indent}    {}: {}\n", scalar(key), written(value)));
    }
    lines
}

fn flow(new: &NewConnection) -> String {
    let (name, kind) = (scalar(&new.name), scalar(&new.connector_type));
    if new.params.is_empty() {
        return format!("{name}: {{ type: {kind} }}");
    }
    let params = written(&Value::Object(new.params.clone()));
    format!("{name}: {{ type: {kind}, params: {params} }}")
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", "))
        }
        Value::Object(entries) => {
            let entry =
                |(key, value): (&String, &Value)| format!("{}: {}", scalar(key), written(value));
            let entries: Vec<String> = entries.iter().map(entry).collect();
            if entries.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {} }}", entries.join(", "))
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// Text, plain where YAML cannot take it for anything else, else as JSON writes it.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
    let is_word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        .contains(&text.to_ascii_lowercase().as_str());
    if is_plain && !is_word { text.to_owned() } else { Value::from(text).to_string() }
}

/// Whether `after` is `before` with the connection added.
fn is_as_wanted(before: Option<&Node>, after: &Node, new: &NewConnection) -> bool {
    let mut wanted = before.map_or_else(|| Value::Object(Map::new()), plain);
    if wanted.is_null() {
        wanted = Value::Object(Map::new());
    }
    let connection = match new.params.is_empty() {
        true => serde_json::json!({ "type": new.connector_type }),
        false => serde_json::json!({ "type": new.connector_type, "params": new.params }),
    };
    let Some(sections) = wanted.as_object_mut() else { return false };
    let section = sections.entry("connections").or_insert(Value::Null);
    if section.is_null() {
        *section = Value::Object(Map::new());
    }
    let Some(section) = section.as_object_mut() else { return false };
    section.insert(new.name.clone(), connection);
    plain(after) == wanted
}

/// The content of a node without its places.
fn plain(node: &Node) -> Value {
    match &node.content {
        Content::Null => Value::Null,
        Content::Boolean(boolean) => (*boolean).into(),
        Content::Number(number) => match serde_json::from_str(number) {
            Ok(number) => Value::Number(number),
            Err(_) => number.as_str().into(),
        },
        Content::Text(text) => text.as_str().into(),
        Content::List(items) => items.iter().map(plain).collect(),
        Content::Map(entries) => {
            entries.iter().map(|entry| (entry.key.value.clone(), plain(&entry.value))).collect()
        }
    }
}

/// The content of a profile's text as JSON, references as they stand; `None` where it is no YAML.
#[must_use]
pub fn as_json(text: &str) -> Option<Value> {
    let root = yaml::parse(text).ok()?;
    Some(root.as_ref().map_or(Value::Null, plain))
}

/// Reads the text of a param as YAML would read it unquoted: a number, a boolean, null or text.
#[must_use]
pub fn param_value(text: &str) -> Value {
    match Scalar::from_literal(text) {
        Scalar::Text(text) => text.into(),
        Scalar::Boolean(boolean) => boolean.into(),
        Scalar::Null => Value::Null,
        Scalar::Number(number) => crate::connection::json_number(&number),
    }
}

fn exists(name: &str) -> EditError {
    EditError {
        code: code::CONNECTION_EXISTS,
        message: format!("the profile has a connection `{name}` already"),
        help: "take another name, or change that one in the profile".to_owned(),
    }
}

fn cannot(new: &NewConnection) -> EditError {
    EditError {
        code: code::CANNOT_EDIT,
        message: "the profile is written in a form that nothing can be added to".to_owned(),
        help: format!("write this line under `connections` yourself: {}", flow(new)),
    }
}
