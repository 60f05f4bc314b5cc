//! Text with `${…}` references in it.

use std::ops::Range;

use crate::assignments::is_variable_name;
use crate::bad_reference::BadReference;
use crate::code;
use crate::value::Value;

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text that stays as it stands, in bytes of the template.
    Text(Range<usize>),
    /// A reference that a value takes the place of.
    Reference(Reference),
}

/// One `${…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Where the value is looked for.
    pub kind: ReferenceKind,
    /// The variable, the environment name or the path.
    pub name: String,
    /// What stands behind `|`: in quotes it is text, else [`Value::from_literal`] reads it.
    pub default: Option<Value>,
    /// Whether it is `${v!raw}`, which splices SQL as it stands.
    pub raw: bool,
    /// The whole reference with `${` and `}`, in bytes of the template.
    pub range: Range<usize>,
}

/// Where the value of a [`Reference`] is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceKind {
    /// `${v}`: all layers of [`Variables`](crate::Variables).
    Variable,
    /// `${env:X}`: the environment and `.env` only, in any case.
    Environment,
    /// `${file:path}`: the content of a file; in profiles only.
    File,
}

/// Splits a text at its references.
///
/// Forms: `${v}`, `${v|default}`, `${v|"quoted default"}`, `${v!raw}`, `${env:X}`,
/// `${file:path}`; blanks around the parts do not matter. A default with blanks or a `}` in it
/// must be quoted, by `"` or `'`; inside, a backslash keeps a quote or a backslash.
///
/// # Errors
///
/// All malformed references of the text.
pub fn parse_template(text: &str) -> Result<Vec<Piece>, Vec<BadReference>> {
    let (mut pieces, mut errors) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(found) = text[at..].find("${") {
        let start = at + found;
        push_text(&mut pieces, at..start);
        match (Scanner { text, start, at: start + 2 }).reference() {
            Ok(reference) => {
                at = reference.range.end;
                pieces.push(Piece::Reference(reference));
            }
            Err(error) => {
                at = error.range.end;
                errors.push(error);
            }
        }
    }
    push_text(&mut pieces, at..text.len());
    if errors.is_empty() { Ok(pieces) } else { Err(errors) }
}

fn push_text(pieces: &mut Vec<Piece>, range: Range<usize>) {
    if !range.is_empty() {
        pieces.push(Piece::Text(range));
    }
}

/// Reads one reference; `at` is where it has come to.
struct Scanner<'a> {
    text: &'a str,
    start: usize,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn reference(mut self) -> Result<Reference, BadReference> {
        let rest = self.rest();
        let Some(length) = rest.find(['|', '}']) else {
            return Err(self.error("`${` is never closed", "close it with `}`"));
        };
        self.at += length;
        let (kind, name, raw) = split_name(rest[..length].trim());
        if !is_name(kind, name) {
            self.skip_to_brace();
            let message = format!("`{}` is no reference", &self.text[self.start..self.at]);
            let help = "write ${name}, ${name|default}, ${env:NAME} or ${file:path}; \
                        a name holds letters, digits and `_`";
            return Err(self.error(&message, help));
        }
        let default = if self.rest().starts_with('|') { Some(self.default()?) } else { None };
        self.at += 1;
        if kind == ReferenceKind::File && default.is_some() {
            return Err(self.error("a secret file has no default", "write ${file:path}"));
        }
        Ok(Reference { kind, name: name.to_owned(), default, raw, range: self.start..self.at })
    }

    /// Reads the default behind the `|` and stops before the `}`.
    fn default(&mut self) -> Result<Value, BadReference> {
        self.at += 1;
        self.skip_blanks();
        match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => self.quoted_default(quote),
            _ => self.plain_default(),
        }
    }

    fn quoted_default(&mut self, quote: char) -> Result<Value, BadReference> {
        let help = "write ${name|\"default\"}";
        let Some((value, length)) = read_quoted(&self.rest()[1..], quote) else {
            return Err(self.error("the quoted default is never closed", help));
        };
        self.at += 1 + length;
        self.skip_blanks();
        if self.rest().starts_with('}') {
            return Ok(Value::Text(value));
        }
        self.skip_to_brace();
        Err(self.error("something stands behind the quoted default", help))
    }

    fn plain_default(&mut self) -> Result<Value, BadReference> {
        let rest = self.rest();
        let Some(length) = rest.find('}') else {
            return Err(self.error("`${` is never closed", "close it with `}`"));
        };
        let default = rest[..length].trim_end();
        self.at += length;
        if default.contains("${") {
            self.at += 1;
            return Err(self.error("a default cannot hold a reference", "write a plain default"));
        }
        if default.contains(char::is_whitespace) {
            self.at += 1;
            let help = format!("write ${{name|\"{default}\"}}");
            return Err(self.error("a default with blanks in it must be quoted", &help));
        }
        Ok(Value::from_literal(default))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn skip_to_brace(&mut self) {
        self.at = self.rest().find('}').map_or(self.text.len(), |length| self.at + length + 1);
    }

    fn error(&self, message: &str, help: &str) -> BadReference {
        BadReference {
            code: code::MALFORMED_REFERENCE,
            name: String::new(),
            range: self.start..self.at,
            nearest: None,
            message: message.to_owned(),
            help: help.to_owned(),
        }
    }
}

fn split_name(text: &str) -> (ReferenceKind, &str, bool) {
    let (text, raw) = match text.strip_suffix("!raw") {
        Some(name) => (name.trim_end(), true),
        None => (text, false),
    };
    if let Some(name) = text.strip_prefix("env:") {
        (ReferenceKind::Environment, name.trim(), raw)
    } else if let Some(path) = text.strip_prefix("file:") {
        (ReferenceKind::File, path.trim(), raw)
    } else {
        (ReferenceKind::Variable, text, raw)
    }
}

fn is_name(kind: ReferenceKind, name: &str) -> bool {
    match kind {
        ReferenceKind::File => !name.is_empty() && !name.contains("${"),
        ReferenceKind::Variable | ReferenceKind::Environment => is_variable_name(name),
    }
}

/// Reads up to the closing quote; returns the value and the bytes read, the quote included.
fn read_quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if character == quote {
            return Some((value, at + 1));
        }
        let next =
            characters.next_if(|(_, next)| character == '\\' && (*next == quote || *next == '\\'));
        value.push(next.map_or(character, |(_, escaped)| escaped));
    }
    None
}
