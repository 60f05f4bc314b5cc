//! Text with marks: `‹kind|text›` stands for `text`, and says what it is.
//!
//! Before a project is written the marks are taken off; the places of those whose kind is a number
//! are what the planted faults expect to be pointed at.

use std::ops::Range;

const OPEN: char = '‹';
const CLOSE: char = '›';

/// A marked part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The kind.
    pub kind: String,
    /// What is marked.
    pub text: String,
    /// The mark in the text, its signs included.
    pub range: Range<usize>,
}

/// A place in a file: line and column from 1, the column in characters.
pub type Place = (usize, usize);

/// Marks a text.
#[must_use]
pub fn mark(kind: &str, text: &str) -> String {
    format!("{OPEN}{kind}|{text}{CLOSE}")
}

/// The marks of a text, in its order.
#[must_use]
pub fn marks(text: &str) -> Vec<Mark> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(OPEN).map(|start| at + start) {
        let close = start + text[start..].find(CLOSE).expect("every mark is closed");
        let inner = &text[start + OPEN.len_utf8()..close];
        let (kind, marked) = inner.split_once('|').expect("every mark has a kind");
        at = close + CLOSE.len_utf8();
        found.push(Mark { kind: kind.to_owned(), text: marked.to_owned(), range: start..at });
    }
    found
}

/// The text without its marks.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    for mark in marks(text) {
        plain.push_str(&text[at..mark.range.start]);
        plain.push_str(&mark.text);
        at = mark.range.end;
    }
    plain + &text[at..]
}

/// Where the mark of this kind begins and ends in the plain text; `None` if there is none.
#[must_use]
pub fn places(text: &str, kind: &str) -> Option<(Place, Place)> {
    let mark = marks(text).into_iter().find(|mark| mark.kind == kind)?;
    let before = plain(&text[..mark.range.start]);
    Some((place(&before), place(&(before.clone() + &mark.text))))
}

fn place(before: &str) -> Place {
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

#[test]
fn marks_are_found_and_taken_off() {
    let text = "SELECT ‹col|größe›,\n  ‹3|x y› FROM ‹tab|t›;";
    assert_eq!(plain(text), "SELECT größe,\n  x y FROM t;");
    assert_eq!(places(text, "col"), Some(((1, 8), (1, 13))));
    assert_eq!(places(text, "3"), Some(((2, 3), (2, 6))));
    assert_eq!(places(text, "4"), None);
}
