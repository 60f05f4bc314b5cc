//! Puts a connection into the text of a profile; everything else of it stays.

use sqlflow_profile::{Content, Entry, Node, parse_yaml};

use crate::code;
use crate::failure::Failure;

use super::connections::{Connection, alike};

/// Adds or replaces a connection.
pub(super) fn with_connection(text: &str, name: &str, new: &Connection) -> Result<String, Failure> {
    let root = parse_yaml(text).map_err(|_| cannot_edit())?;
    let mut entries = root.iter().flat_map(Node::entries);
    let section = entries.find(|entry| entry.key.value == "connections");
    let edited = match section {
        None => at_end(text, name, new),
        Some(section) => in_section(text, section, name, new).ok_or_else(cannot_edit)?,
    };
    if is_sound(root.as_ref(), &edited, name) { Ok(edited) } else { Err(cannot_edit()) }
}

/// Whether only the connection has changed.
fn is_sound(before: Option<&Node>, edited: &str, name: &str) -> bool {
    let Ok(Some(after)) = parse_yaml(edited) else { return false };
    let Some(connections) = after.get("connections") else { return false };
    let others = |node: &Node, key: &str| -> Vec<Entry> {
        node.entries().iter().filter(|entry| entry.key.value != key).cloned().collect()
    };
    let same = |one: &Node, other: &Node, key: &str| {
        alike(&Content::Map(others(one, key)), &Content::Map(others(other, key)))
    };
    let outside = before.is_none_or(|before| same(before, &after, "connections"));
    let old = before.and_then(|before| before.get("connections"));
    outside && connections.get(name).is_some() && old.is_none_or(|old| same(old, connections, name))
}

fn at_end(text: &str, name: &str, new: &Connection) -> String {
    let ended = text.is_empty() || text.ends_with('\n');
    let gap = if ended { "" } else { "\n" };
    format!("{text}{gap}connections:\n{}", block(&new.lines(name), "  "))
}

fn in_section(text: &str, section: &Entry, name: &str, new: &Connection) -> Option<String> {
    let entries = section.value.entries();
    if text[section.value.span.start..].starts_with('{') {
        return in_flow(text, &section.value, name, new);
    }
    if entries.is_empty() {
        let (before, rest) = text.split_at(line_end(text, section.key.span.end));
        return Some(format!("{}{}{rest}", ended(before), block(&new.lines(name), "  ")));
    }
    let indent = " ".repeat(column(text, entries.first()?.key.span.start));
    let lines = block(&new.lines(name), &indent);
    let old = entries.iter().find(|entry| entry.key.value == name);
    let start = old.map(|old| old.key.span.start - column(text, old.key.span.start));
    let end = line_end(text, end_of(text, old.or(entries.last())?));
    let before = ended(&text[..start.unwrap_or(end)]);
    Some(format!("{before}{lines}{}", &text[end..]))
}

fn in_flow(text: &str, section: &Node, name: &str, new: &Connection) -> Option<String> {
    let new = new.flow(name);
    if let Some(old) = section.entries().iter().find(|entry| entry.key.value == name) {
        let end = end_of(text, old);
        return Some(format!("{}{new}{}", &text[..old.key.span.start], &text[end..]));
    }
    let close = text[..section.span.end].rfind('}')?;
    let before = text[..close].trim_end();
    let comma = if before.ends_with(['{', ',']) { " " } else { ", " };
    Some(format!("{before}{comma}{new} {}", &text[close..]))
}

/// Lines with an indent before each.
pub(super) fn block(lines: &[String], indent: &str) -> String {
    lines.iter().map(|line| format!("{indent}{line}\n")).collect()
}

/// Where the last part of an entry ends.
pub(super) fn end_of(text: &str, entry: &Entry) -> usize {
    end_of_value(text, &entry.value).max(entry.key.span.end)
}

fn end_of_value(text: &str, node: &Node) -> usize {
    // What is in brackets, or stands for something else, says itself where it ends; a mapping over
    // several lines is said to end where the next thing begins.
    let closed = text[node.span.start..].starts_with(['{', '[', '*']);
    match &node.content {
        _ if closed => node.span.end,
        Content::List(items) => {
            items.iter().map(|item| end_of_value(text, item)).max().unwrap_or(0)
        }
        Content::Map(entries) => entries.iter().map(|one| end_of(text, one)).max().unwrap_or(0),
        Content::Null if node.span.start == node.span.end => 0,
        _ => node.span.end,
    }
}

/// The offset behind the end of the line that `at` stands in.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    if at > 0 && text[..at].ends_with('\n') {
        return at;
    }
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// How many bytes stand before `at` on its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    at - text[..at].rfind('\n').map_or(0, |end| end + 1)
}

fn ended(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

pub(super) fn cannot_edit() -> Failure {
    let message = "the profile cannot be changed as a text";
    let remedy =
        "bring it into form with `sqlflow migrate profile`, or write the connection by hand";
    Failure::usage(code::CANNOT_EDIT, message, remedy)
}
