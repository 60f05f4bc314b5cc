//! The `.env` format: `NAME=value` lines.
//!
//! Values are taken as they stand. Nothing is interpolated: a password with a `$` in it would
//! silently lose a part.

use std::collections::BTreeMap;

/// A line that is no assignment. It tells no content, since the content may be a secret.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadLine {
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// What is wrong with it.
    pub(crate) problem: &'static str,
}

/// Reads the assignments of a `.env` file; the last one of a name wins.
pub(crate) fn parse(text: &str) -> Result<BTreeMap<String, String>, BadLine> {
    let mut cursor = Cursor { text, rest: text.trim_start_matches('\u{feff}') };
    let mut values = BTreeMap::new();
    while let Some((name, value)) = cursor.assignment().map_err(|problem| cursor.bad(problem))? {
        values.insert(name, value);
    }
    Ok(values)
}

struct Cursor<'a> {
    text: &'a str,
    rest: &'a str,
}

impl Cursor<'_> {
    fn bad(&self, problem: &'static str) -> BadLine {
        let read = &self.text[..self.text.len() - self.rest.len()];
        BadLine { line: read.matches('\n').count() + 1, problem }
    }

    fn assignment(&mut self) -> Result<Option<(String, String)>, &'static str> {
        self.skip_blank_lines();
        if self.rest.is_empty() {
            return Ok(None);
        }
        let line = self.rest.split('\n').next().unwrap_or_default();
        let (name, value) = line.split_once('=').ok_or("it is not of the form NAME=value")?;
        let name = name.trim();
        let name = name.strip_prefix("export ").unwrap_or(name).trim_start();
        if !is_name(name) {
            return Err("the name before `=` may hold letters, digits, `_` and `.` only");
        }
        self.rest = &self.rest[line.len() - value.len()..];
        self.rest = self.rest.trim_start_matches([' ', '\t']);
        Ok(Some((name.to_owned(), self.value()?)))
    }

    fn skip_blank_lines(&mut self) {
        self.rest = self.rest.trim_start();
        while self.rest.starts_with('#') {
            self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
        }
    }

    fn value(&mut self) -> Result<String, &'static str> {
        match self.rest.chars().next() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote),
            _ => Ok(self.unquoted()),
        }
    }

    fn unquoted(&mut self) -> String {
        let line = self.rest.split('\n').next().unwrap_or_default();
        self.rest = &self.rest[line.len()..];
        let comment = if line.starts_with('#') { Some(0) } else { line.find(" #") };
        line[..comment.unwrap_or(line.len())].trim().to_owned()
    }

    fn quoted(&mut self, quote: char) -> Result<String, &'static str> {
        let (value, length) = read_quoted(&self.rest[1..], quote).ok_or("its quote never ends")?;
        let after = &self.rest[1 + length..];
        let tail = after.split('\n').next().unwrap_or_default();
        if !tail.trim().is_empty() && !tail.trim_start().starts_with('#') {
            return Err("something stands behind the closing quote");
        }
        self.rest = &after[tail.len()..];
        Ok(value)
    }
}

/// Reads up to the closing quote; returns the value and the bytes read, the quote included.
fn read_quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character == quote => return Some((value, at + 1)),
            '\\' if quote == '"' => unescape(characters.next()?.1, &mut value),
            _ => value.push(character),
        }
    }
    None
}

fn unescape(escaped: char, value: &mut String) {
    match escaped {
        'n' => value.push('\n'),
        'r' => value.push('\r'),
        't' => value.push('\t'),
        '"' | '\\' | '$' => value.push(escaped),
        _ => value.extend(['\\', escaped]),
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
}
