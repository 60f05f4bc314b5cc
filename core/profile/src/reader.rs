//! Reading typed values out of the tree, collecting what is wrong with them.

use sqlflow_syntax::{Diagnostic, Span, Spanned, suggest};

use crate::bad_reference::BadReference;
use crate::code;
use crate::node::{Content, Entry, Node, find};
use crate::substitute::{Substituted, fill};
use crate::template::parse_template;
use crate::variables::Variables;

/// Reads nodes; every problem is kept in `errors` and the value is left out.
pub(crate) struct Reader<'a> {
    pub(crate) text: &'a str,
    pub(crate) variables: &'a Variables,
    pub(crate) errors: Vec<Diagnostic>,
    pub(crate) notes: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str, variables: &'a Variables) -> Self {
        Self { text, variables, errors: Vec::new(), notes: Vec::new() }
    }

    /// The entries of the mapping `node`; nothing at all is an empty mapping.
    pub(crate) fn mapping<'n>(&mut self, node: &'n Node, place: &str) -> &'n [Entry] {
        if !matches!(node.content, Content::Map(_) | Content::Null) {
            self.wrong_type(node, place, "a mapping of keys to values");
        }
        node.entries()
    }

    /// Like [`Reader::mapping`], and reports every key that is not among `known`.
    pub(crate) fn section<'n>(
        &mut self,
        node: &'n Node,
        place: &str,
        known: &[&'static str],
    ) -> &'n [Entry] {
        let entries = self.mapping(node, place);
        self.unknown_keys(entries.iter(), place, known);
        entries
    }

    pub(crate) fn unknown_keys<'n>(
        &mut self,
        entries: impl Iterator<Item = &'n Entry>,
        place: &str,
        known: &[&'static str],
    ) {
        for key in entries.map(|entry| &entry.key) {
            if !known.contains(&key.value.as_str()) {
                let message = format!("{place} has no key `{}`", key.value);
                let nearest = suggest(&key.value, known.iter().copied());
                let help = match nearest {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("its keys are: {}", known.join(", ")),
                };
                self.error(code::UNKNOWN_KEY, message, key.span, help);
            }
        }
    }

    /// Text with its references replaced.
    pub(crate) fn text(&mut self, node: &Node, place: &str) -> Option<Spanned<String>> {
        let Content::Text(template) = &node.content else {
            self.wrong_type(node, place, "text; quote it to make it text");
            return None;
        };
        match fill_node(template, self.variables) {
            Ok(filled) => Some(Spanned::new(filled.text, node.span)),
            Err(errors) => {
                self.errors.extend(errors.iter().map(|error| locate(error, self.text, node.span)));
                None
            }
        }
    }

    /// Text whose references stay: whether they have values is asked when it is used.
    pub(crate) fn template(&mut self, node: &Node, place: &str) -> Option<Spanned<String>> {
        let Content::Text(template) = &node.content else {
            self.wrong_type(node, place, "text; quote it to make it text");
            return None;
        };
        match parse_template(template) {
            Ok(_) => Some(Spanned::new(template.clone(), node.span)),
            Err(errors) => {
                self.errors.extend(errors.iter().map(|error| locate(error, self.text, node.span)));
                None
            }
        }
    }

    /// One of a few words, in any case.
    pub(crate) fn choice(
        &mut self,
        node: &Node,
        place: &str,
        words: &[&'static str],
    ) -> Option<&'static str> {
        let given = self.text(node, place)?;
        let found = words.iter().find(|word| given.value.eq_ignore_ascii_case(word));
        if found.is_none() {
            let message = format!("{place} takes one of: {}", words.join(", "));
            let help = match suggest(&given.value, words.iter().copied()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("write one of: {}", words.join(", ")),
            };
            self.error(code::INVALID_VALUE, message, given.span, help);
        }
        found.copied()
    }

    pub(crate) fn texts(&mut self, node: &Node, place: &str) -> Vec<Spanned<String>> {
        let Content::List(items) = &node.content else {
            self.wrong_type(node, place, "a list of texts, such as [first, second]");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.text(item, place)).collect()
    }

    pub(crate) fn boolean(&mut self, node: &Node, place: &str) -> Option<bool> {
        let read = match &node.content {
            Content::Boolean(boolean) => Some(*boolean),
            Content::Text(_) => self.text(node, place)?.value.parse().ok(),
            _ => None,
        };
        if read.is_none() {
            self.wrong_type(node, place, "true or false");
        }
        read
    }

    /// A whole number of at least 1.
    pub(crate) fn count(&mut self, node: &Node, place: &str) -> Option<usize> {
        let digits = match &node.content {
            Content::Number(number) => Some(number.clone()),
            Content::Text(_) => Some(self.text(node, place)?.value),
            _ => None,
        };
        let read = digits.and_then(|digits| digits.parse().ok()).filter(|count| *count > 0);
        if read.is_none() {
            self.wrong_type(node, place, "a whole number of at least 1");
        }
        read
    }

    pub(crate) fn wrong_type(&mut self, node: &Node, place: &str, wanted: &str) {
        let message = format!("{place} is {}", shown(node));
        self.error(code::WRONG_TYPE, message, node.span, format!("it must be {wanted}"));
    }

    pub(crate) fn error(
        &mut self,
        code: &'static str,
        message: impl Into<String>,
        span: Span,
        help: impl Into<String>,
    ) {
        self.errors.push(Diagnostic::error(code, message, span).help(help));
    }

    /// Notes a section that is read and that nothing uses.
    pub(crate) fn not_used_yet(&mut self, key: &str, span: Span) {
        let message = format!("`{key}` is read and checked, and nothing uses it yet");
        let note = Diagnostic::warning(code::NOT_USED_YET, message, span);
        self.notes.push(note.help("leave it for a later version, or remove it"));
    }

    /// Notes a form that is accepted and no longer written.
    pub(crate) fn old_form(&mut self, message: impl Into<String>, span: Span, help: &str) {
        self.notes.push(Diagnostic::warning(code::OLD_FORM, message, span).help(help));
    }
}

/// The value of `key` where it is given; `key:` without a value is not.
pub(crate) fn given<'n>(entries: &'n [Entry], key: &str) -> Option<&'n Node> {
    find(entries, key).filter(|node| node.content != Content::Null)
}

/// Replaces the references of a text of the profile, reading `${file:…}`.
pub(crate) fn fill_node(
    template: &str,
    variables: &Variables,
) -> Result<Substituted, Vec<BadReference>> {
    fill(template, |reference| variables.resolve_in_profile(reference))
}

/// The error at its reference, where that stands literally in the file, else at its whole value.
pub(crate) fn locate(error: &BadReference, text: &str, leaf: Span) -> Diagnostic {
    error.diagnostic(place_of(&error.name, text, leaf).unwrap_or(leaf))
}

/// The place of the first reference to `name` in a leaf of the file; `None` where it is written
/// with escapes.
pub(crate) fn place_of(name: &str, text: &str, leaf: Span) -> Option<Span> {
    let written = text.get(leaf.range()).unwrap_or_default();
    let mut openings = written.match_indices("${").map(|(at, _)| at);
    let at = openings.find(|at| names(&written[at + 2..], name))?;
    let length = written[at..].find('}').map_or(written.len() - at, |end| end + 1);
    Some(Span::new(leaf.start + at, leaf.start + at + length))
}

/// Tells whether a reference that begins with `inside` is the one to `name`; no name fits any.
fn names(inside: &str, name: &str) -> bool {
    let inside = inside.trim_start();
    let inside = inside.strip_prefix("env:").or(inside.strip_prefix("file:")).unwrap_or(inside);
    let after = inside.trim_start().strip_prefix(name);
    after.is_some_and(|after| name.is_empty() || after.trim_start().starts_with(['}', '|', '!']))
}

/// A scalar as it was read, anything else by its kind.
fn shown(node: &Node) -> String {
    match &node.content {
        Content::Number(text) => format!("the number {text}"),
        Content::Text(_) => "another text".to_owned(),
        _ => node.kind().to_owned(),
    }
}
