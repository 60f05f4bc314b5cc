//! A text that is no YAML, section by section.

use sqlflow_syntax::{Diagnostic, Span};

use super::{Document, Reader};

/// Reads each section of a text by itself; `None` where that finds nothing wrong, or where sections
/// share values by anchors, so that none means anything alone.
pub(super) fn read_each(text: &str) -> Option<Document> {
    let starts = starts(text);
    if starts.len() < 2 || text.contains('&') {
        return None;
    }
    let mut good = blank(text);
    let mut problems = Vec::new();
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(text.len());
        let alone = in_place(text, *start, end);
        let mut reader = Reader::new(&alone);
        match reader.document() {
            Ok(_) => good.replace_range(*start..end, &text[*start..end]),
            Err(fatal) => problems.push(inside(*fatal, &text[..end])),
        }
    }
    let mut reader = Reader::new(&good);
    match reader.document() {
        // Problems that do not end the reading are found here, once.
        Ok(root) if !problems.is_empty() => {
            problems.append(&mut reader.problems);
            Some(Document { root, problems, is_whole: false })
        }
        _ => None,
    }
}

/// What is missing at the end of a section is told at its last character.
fn inside(mut problem: Diagnostic, up_to_end: &str) -> Diagnostic {
    let written = up_to_end.trim_end();
    if problem.span.start >= written.len() {
        let last = written.char_indices().next_back().map_or(0, |(at, _)| at);
        problem.span = Span::new(last, written.len());
    }
    problem
}

/// Where the lines begin that a key begins.
fn starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let name = line.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
        if name.is_some_and(|length| length > 0 && line[length..].starts_with(':')) {
            starts.push(at);
        }
        at += line.len();
    }
    starts
}

/// The text with one section of it, at its own place.
fn in_place(text: &str, start: usize, end: usize) -> String {
    let mut alone = blank(&text[..start]);
    alone.push_str(&text[start..end]);
    alone
}

/// As many bytes and lines, with nothing in them.
fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}
