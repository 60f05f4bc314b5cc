//! The text of `--vars`.

use thiserror::Error;

use crate::node::{Content, Node};
use crate::value::{Assignments, Value};
use crate::{code, yaml};

/// The text of `--vars` cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("--vars: {problem}; write `name=value,other=\"quoted value\"` or a JSON object")]
pub struct VarsError {
    /// Always [`code::VARS_SYNTAX`].
    pub code: &'static str,
    /// What is wrong.
    pub problem: String,
}

/// Reads `--vars`: a JSON object of scalars, or `name=value` pairs parted by commas.
///
/// A value in quotes is text and may hold commas; any other is read by
/// [`Value::from_literal`]. Numbers of a JSON object stay as they are written.
///
/// # Errors
///
/// A malformed object or pair, a name given twice or one no reference could hold, and a value
/// that is a list or an object.
pub fn parse_vars(text: &str) -> Result<Assignments, VarsError> {
    let text = text.trim();
    let assignments = if text.starts_with('{') { object(text) } else { pairs(text) };
    assignments.map_err(|problem| VarsError { code: code::VARS_SYNTAX, problem })
}

/// Reads JSON as YAML, of which it is a part: so numbers stay as written, and a duplicate is seen.
fn object(text: &str) -> Result<Assignments, String> {
    let node = yaml::parse(text).map_err(|diagnostics| {
        diagnostics.first().map_or_else(String::new, |first| first.message.clone())
    })?;
    let mut assignments = Assignments::new();
    for entry in node.iter().flat_map(Node::entries) {
        let name = &entry.key.value;
        let value = from_node(&entry.value).ok_or_else(|| {
            format!(
                "`{name}` is {}; a variable holds text, a number, true, false or null",
                entry.value.kind()
            )
        })?;
        insert(&mut assignments, name, value)?;
    }
    Ok(assignments)
}

fn pairs(text: &str) -> Result<Assignments, String> {
    let mut assignments = Assignments::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (name, value) = rest
            .split_once('=')
            .filter(|(name, _)| !name.contains(','))
            .ok_or_else(|| format!("`{}` has no `=`", rest.split(',').next().unwrap_or(rest)))?;
        let (value, after) = read_value(value.trim_start())?;
        insert(&mut assignments, name.trim(), value)?;
        rest = after.trim_start();
    }
    Ok(assignments)
}

/// Reads one value and the comma behind it; returns what follows.
fn read_value(text: &str) -> Result<(Value, &str), String> {
    let Some(quote) = text.chars().next().filter(|first| matches!(first, '"' | '\'')) else {
        let (value, after) = text.split_once(',').unwrap_or((text, ""));
        return Ok((Value::from_literal(value.trim_end()), after));
    };
    let (value, after) = text[1..].split_once(quote).ok_or("a quote never ends")?;
    match after.trim_start().strip_prefix(',') {
        Some(after) => Ok((Value::Text(value.to_owned()), after)),
        None if after.trim().is_empty() => Ok((Value::Text(value.to_owned()), "")),
        None => Err("something stands between a closing quote and the next comma".to_owned()),
    }
}

fn insert(assignments: &mut Assignments, name: &str, value: Value) -> Result<(), String> {
    if !is_variable_name(name) {
        return Err(format!("`{name}` is no name: letters, digits and `_` only, no digit first"));
    }
    match assignments.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(format!("`{name}` is given twice")),
    }
}

/// Tells whether a reference can hold this name.
pub(crate) fn is_variable_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// A scalar as a variable's value; a list or a mapping is none.
pub(crate) fn from_node(node: &Node) -> Option<Value> {
    match &node.content {
        Content::Null => Some(Value::Null),
        Content::Boolean(boolean) => Some(Value::Boolean(*boolean)),
        Content::Number(number) => Some(Value::Number(number.clone())),
        Content::Text(text) => Some(Value::Text(text.clone())),
        Content::List(_) | Content::Map(_) => None,
    }
}
