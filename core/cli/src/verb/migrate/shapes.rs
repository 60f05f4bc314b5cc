//! The shapes that profiles of SQLFlow have, and what each becomes.

use sqlflow_profile::{Content, Entry, Node};

use super::profile_text::{column, end_of, line_end};

/// Keys that mean nothing any more.
const UNUSED: &[&str] =
    &["log_level", "log_file", "module_log_levels", "logging", "paths", "performance"];

/// Sections that show that a mapping is a profile.
const SECTIONS: &[&str] = &["engine", "engines", "connections", "connectors", "variables"];

/// One change.
pub(super) struct Step {
    pub(super) text: String,
    /// What somebody should know of it.
    pub(super) note: Option<String>,
}

/// The next change to a profile; `None` where it has no old shape.
pub(super) fn next(text: &str, root: &Node, name: &str) -> Option<Step> {
    unwrapped(text, root, name)
        .or_else(|| without_unused(text, root))
        .or_else(|| connections(text, root))
        .or_else(|| engine(text, root))
        .or_else(|| engine_key(text, root))
        .map(|(text, note)| Step { text, note })
}

type Changed = Option<(String, Option<String>)>;

fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    node.entries().iter().find(|entry| entry.key.value == key)
}

fn in_brackets(text: &str, node: &Node) -> bool {
    text[node.span.start..].starts_with('{')
}

/// `dev: { … }` as the only key of the profile `dev`.
fn unwrapped(text: &str, root: &Node, name: &str) -> Changed {
    let [only] = root.entries() else { return None };
    let inside = only.value.entries();
    let first = inside.first()?;
    let is_profile = inside.iter().any(|entry| SECTIONS.contains(&entry.key.value.as_str()));
    if only.key.value != name || !is_profile || in_brackets(text, &only.value) {
        return None;
    }
    let start = only.key.span.start;
    let end = line_end(text, only.key.span.end);
    let comment = comment_of(&text[only.key.span.end..end]);
    let rest = moved_left(&text[end..], column(text, first.key.span.start));
    Some((format!("{}{comment}{rest}", &text[..start]), None))
}

/// The comment behind a key, as a line of its own.
fn comment_of(rest: &str) -> String {
    let comment = rest.split_once('#').map(|(_, comment)| format!("#{comment}"));
    comment.map(|comment| format!("{}\n", comment.trim_end())).unwrap_or_default()
}

/// Lines with up to `count` blanks less before each.
fn moved_left(lines: &str, count: usize) -> String {
    let moved = |line: &str| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        line[blanks.min(count)..].to_owned()
    };
    lines.split_inclusive('\n').map(moved).collect()
}

fn without_unused(text: &str, root: &Node) -> Changed {
    let found = |entry: &&Entry| UNUSED.contains(&entry.key.value.as_str());
    let entry = root.entries().iter().find(found)?;
    let note = format!("`{}` had no effect and was removed", entry.key.value);
    Some((without(text, root, entry)?, Some(note)))
}

/// The text without an entry of a mapping.
fn without(text: &str, mapping: &Node, entry: &Entry) -> Option<String> {
    let (start, end) = (entry.key.span.start, end_of(text, entry));
    if !in_brackets(text, mapping) {
        let line = start - column(text, start);
        return Some(format!("{}{}", &text[..line], &text[line_end(text, end)..]));
    }
    let entries = mapping.entries();
    let at = entries.iter().position(|one| one.key.span == entry.key.span)?;
    let (from, to) = match (entries.get(at + 1), at.checked_sub(1)) {
        (Some(next), _) => (start, next.key.span.start),
        (None, Some(before)) => (end_of(text, &entries[before]), end),
        (None, None) => (start, end),
    };
    Some(format!("{}{}", &text[..from], &text[to..]))
}

fn connections(text: &str, root: &Node) -> Changed {
    let old = entry(root, "connectors")?;
    let range = old.key.span.range();
    match entry(root, "connections") {
        Some(_) => None,
        None => {
            let (before, after) = (&text[..range.start], &text[range.end..]);
            Some((format!("{before}connections{after}"), None))
        }
    }
}

/// `engines: duckdb: …`.
fn engine(text: &str, root: &Node) -> Changed {
    let engines = entry(root, "engines").filter(|_| entry(root, "engine").is_none())?;
    let [duckdb] = engines.value.entries() else { return None };
    if duckdb.key.value != "duckdb" {
        return None;
    }
    let (start, end) = (engines.key.span.start, end_of(text, engines));
    let (before, after) = (&text[..start], &text[end..]);
    if in_brackets(text, &duckdb.value) {
        let inside = text[duckdb.value.span.range()].strip_prefix('{')?;
        let comma = if duckdb.value.entries().is_empty() { " " } else { ", " };
        let inside = inside.trim_start();
        let keys = text.get(engines.key.span.end..duckdb.value.span.start)?;
        let comments: String = keys.lines().map(comment_of).collect();
        let engine = format!("{comments}engine: {{ type: duckdb{comma}{inside}");
        return Some((format!("{before}{engine}{after}"), None));
    }
    let Some(first) = duckdb.value.entries().first() else {
        let empty = matches!(duckdb.value.content, Content::Null);
        return empty.then(|| (format!("{before}engine: {{ type: duckdb }}{after}"), None));
    };
    let indent = column(text, duckdb.key.span.start);
    let (key_line, duckdb_line) =
        (line_end(text, engines.key.span.end), line_end(text, duckdb.key.span.end));
    // Behind an alias the section stands elsewhere, and is left alone.
    let between = text.get(engines.key.span.end..duckdb.key.span.start - indent)?;
    let blanks = " ".repeat(indent);
    let comment = comment_of(&text[duckdb.key.span.end..duckdb_line]);
    let comment = if comment.is_empty() { comment } else { format!("{blanks}{comment}") };
    let deeper = column(text, first.key.span.start).saturating_sub(indent);
    let rest = moved_left(text.get(duckdb_line..end)?, deeper);
    let sound = key_line <= duckdb.key.span.start;
    sound.then(|| {
        (format!("{before}engine{between}{comment}{blanks}type: duckdb\n{rest}{after}"), None)
    })
}

/// `database_path` and `mode` of today's engine.
fn engine_key(text: &str, root: &Node) -> Changed {
    let engine = &entry(root, "engine")?.value;
    let path = entry(engine, "path");
    if let Some(old) = entry(engine, "database_path").filter(|_| path.is_none()) {
        let range = old.key.span.range();
        return Some((format!("{}path{}", &text[..range.start], &text[range.end..]), None));
    }
    let mode = entry(engine, "mode")?;
    let Content::Text(word) = &mode.value.content else { return None };
    let in_memory =
        path.map(|path| matches!(&path.value.content, Content::Text(path) if path == ":memory:"));
    match (word.as_str(), in_memory) {
        ("persistent", None | Some(false)) | ("memory", Some(true)) => {
            Some((without(text, engine, mode)?, None))
        }
        ("memory", None) => {
            let (start, end) = (mode.key.span.start, mode.value.span.end);
            Some((format!("{}path: \":memory:\"{}", &text[..start], &text[end..]), None))
        }
        _ => None,
    }
}
