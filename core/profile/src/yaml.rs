//! YAML text to a tree with places. The only file that names the YAML parser.
//!
//! The events of the parser are used rather than its serde side: keys need places, and numbers
//! must stay as they were written.

mod sections;

use std::collections::{HashMap, HashSet};

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span as Mark};
use sqlflow_syntax::{Diagnostic, Span, Spanned};

use crate::code;
use crate::node::{Content, Entry, Node};
use crate::value::Value;

/// How deep lists and mappings may nest.
const MAX_DEPTH: usize = 64;
/// How many values a file may have, those that aliases repeat counted each time.
const MAX_NODES: usize = 20_000;

/// What could be read of a text.
pub(crate) struct Document {
    /// The tree; `None` for an empty document. Of a key that stands twice the first value counts.
    pub(crate) root: Option<Node>,
    /// Everything that is wrong with it as YAML.
    pub(crate) problems: Vec<Diagnostic>,
    /// Whether the tree holds all of the text.
    pub(crate) is_whole: bool,
}

/// Reads one YAML document, or as much of it as can be read: where the text is no YAML, each of its
/// sections is tried by itself, so that one mistake hides no other.
pub(crate) fn read(text: &str) -> Document {
    let mut reader = Reader::new(text);
    match reader.document() {
        Ok(root) => Document { root, problems: reader.problems, is_whole: true },
        Err(fatal) => sections::read_each(text).unwrap_or_else(|| {
            reader.problems.push(*fatal);
            Document { root: None, problems: reader.problems, is_whole: false }
        }),
    }
}

/// Reads one YAML document; an empty one is `None`.
///
/// # Errors
///
/// Everything that is wrong with it, as far as the reading goes.
pub fn parse(text: &str) -> Result<Option<Node>, Vec<Diagnostic>> {
    let Document { root, problems, .. } = read(text);
    if problems.is_empty() { Ok(root) } else { Err(problems) }
}

type Fatal = Box<Diagnostic>;

struct Reader<'a> {
    text: &'a str,
    parser: Parser<'a, granit_parser::StrInput<'a>>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    depth: usize,
    problems: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let options = granit_parser::options! {
            emit_comments: false,
            flow_nesting_limit: 2 * MAX_DEPTH,
            block_nesting_limit: 2 * MAX_DEPTH,
        };
        let parser = Parser::new_from_str_with_options(text, options);
        let anchors = HashMap::new();
        Self { text, parser, anchors, nodes: 0, depth: 0, problems: Vec::new() }
    }

    fn document(&mut self) -> Result<Option<Node>, Fatal> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) if root.is_some() => {
                    return Err(error(code::YAML_SYNTAX, "a second document starts here", span)
                        .help("a profile is one YAML document")
                        .into());
                }
                Event::DocumentStart(..) => {
                    let (event, span) = self.next()?;
                    root = Some(self.node(event, span)?);
                }
                _ => {
                    return Err(error(code::YAML_SYNTAX, "unexpected content", span)
                        .help("a profile is one mapping of keys and values")
                        .into());
                }
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Fatal> {
        match self.parser.next_event() {
            Some(Ok((event, mark))) => Ok((event, self.span(mark))),
            Some(Err(scan_error)) => Err(self.syntax_error(&scan_error)),
            None => Ok((Event::StreamEnd, Span::at(self.text.len()))),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, Fatal> {
        let nodes_before = self.nodes;
        self.count(1, span)?;
        if let Some(tag) = event.tag() {
            let message = format!("the YAML tag `{}` is not supported", tag.original());
            let found = error(code::NOT_SUPPORTED, message, span);
            self.problems.push(found.help("remove it; quote a value to make it text"));
        }
        let anchor = event.anchor_id();
        let node = match event {
            Event::Alias(id) => return self.alias(id, span),
            Event::Scalar(text, style, ..) => scalar(&text, style, span),
            Event::SequenceStart(..) => self.nested(span, Self::list)?,
            Event::MappingStart(..) => self.nested(span, Self::mapping)?,
            _ => {
                return Err(error(code::YAML_SYNTAX, "a value is missing", span)
                    .help("write one, or null")
                    .into());
            }
        };
        if let Some(id) = anchor {
            self.anchors.insert(id, (node.clone(), self.nodes - nodes_before));
        }
        Ok(node)
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<Node, Fatal> {
        let Some((_, size)) = self.anchors.get(&id) else {
            return Err(error(code::YAML_SYNTAX, "an alias stands inside its own value", span)
                .help("write the value out")
                .into());
        };
        self.count(*size, span)?;
        let content = self.anchors.get(&id).map(|(node, _)| node.content.clone());
        Ok(Node { span, content: content.unwrap_or(Content::Null) })
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Fatal> {
        self.nodes += nodes;
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        let message = format!("more than {MAX_NODES} values stand up to here");
        let help = "an alias counts as all the values it repeats; write fewer values or aliases";
        Err(error(code::TOO_LARGE, message, span).help(help).into())
    }

    fn nested(
        &mut self,
        span: Span,
        read: fn(&mut Self) -> Result<(Content, usize), Fatal>,
    ) -> Result<Node, Fatal> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_deep(span).into());
        }
        let (content, end) = read(self)?;
        self.depth -= 1;
        Ok(Node { span: Span::new(span.start, end.max(span.start)), content })
    }

    fn list(&mut self) -> Result<(Content, usize), Fatal> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok((Content::List(items), span.end));
            }
            items.push(self.node(event, span)?);
        }
    }

    fn mapping(&mut self) -> Result<(Content, usize), Fatal> {
        let mut entries = Vec::new();
        let mut seen = HashSet::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok((Content::Map(entries), span.end));
            }
            let key = self.key(event, span)?;
            let (event, span) = self.next()?;
            let value = self.node(event, span)?;
            if seen.insert(key.value.clone()) {
                entries.push(Entry { key, value });
            } else {
                self.problems.push(duplicate(&key));
            }
        }
    }

    fn key(&mut self, event: Event<'a>, span: Span) -> Result<Spanned<String>, Fatal> {
        self.count(1, span)?;
        match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) if text == "<<" => {
                Err(error(code::NOT_SUPPORTED, "the merge key `<<` is not supported", span)
                    .help("write the keys out")
                    .into())
            }
            Event::Scalar(text, _, _, None) => Ok(Spanned::new(text.into_owned(), span)),
            _ => Err(error(code::WRONG_TYPE, "a key must be text", span)
                .help("write `name: value`, without a list, mapping, tag or alias for the name")
                .into()),
        }
    }

    fn span(&self, mark: Mark) -> Span {
        let range = mark.byte_range().unwrap_or(0..0);
        let place = |offset: usize| self.text.floor_char_boundary(offset);
        Span::new(place(range.start), place(range.end))
    }

    fn syntax_error(&self, scan_error: &ScanError) -> Fatal {
        let at = self.text.floor_char_boundary(scan_error.marker().byte_offset().unwrap_or(0));
        let length =
            self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let span = Span::new(at, at + length);
        if matches!(scan_error.kind(), ErrorKind::RecursionLimitExceeded) {
            return Box::new(too_deep(span));
        }
        let diagnostic = error(code::YAML_SYNTAX, scan_error.info(), span);
        Box::new(diagnostic.help(syntax_help(line_at(self.text, at))))
    }
}

/// Guesses what the writer of a line that is no YAML meant.
fn syntax_help(line: &str) -> &'static str {
    let indent = &line[..line.len() - line.trim_start().len()];
    if indent.contains('\t') {
        "YAML indents with spaces; replace the tab"
    } else if line.contains("${") {
        "quote a value that holds a reference: \"${NAME}\""
    } else {
        "check the indentation, the quotes and the brackets of this line"
    }
}

fn line_at(text: &str, at: usize) -> &str {
    let start =
        text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
}

fn too_deep(span: Span) -> Diagnostic {
    let message = format!("lists and mappings nest deeper than {MAX_DEPTH} levels");
    error(code::TOO_LARGE, message, span).help("nest them less deeply")
}

fn duplicate(key: &Spanned<String>) -> Diagnostic {
    let message = format!("the key `{}` stands twice in this mapping", key.value);
    error(code::DUPLICATE_KEY, message, key.span).label("again here").help("remove one of the two")
}

fn scalar(text: &str, style: ScalarStyle, span: Span) -> Node {
    let content =
        if style == ScalarStyle::Plain { plain(text) } else { Content::Text(text.to_owned()) };
    Node { span, content }
}

fn plain(text: &str) -> Content {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Content::Null,
        "true" | "True" | "TRUE" => Content::Boolean(true),
        "false" | "False" | "FALSE" => Content::Boolean(false),
        _ => match Value::from_literal(text) {
            Value::Number(number) => Content::Number(number),
            _ => Content::Text(text.to_owned()),
        },
    }
}

fn error(code: &'static str, message: impl Into<String>, span: Span) -> Diagnostic {
    Diagnostic::error(code, message, span)
}
