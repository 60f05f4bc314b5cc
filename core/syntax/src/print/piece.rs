//! The pieces a statement is put together from: its tokens, with queries and JSON in one piece each.

use std::borrow::Cow;
use std::iter::Peekable;
use std::vec;

use crate::Span;
use crate::sql::{Rules, Token, TokenKind, Tokens};

use super::json::Group;
use super::marks::Mark;

#[derive(Debug, Clone)]
pub(super) struct Piece<'t> {
    pub(super) kind: Kind<'t>,
    /// As it is written.
    pub(super) text: Cow<'t, str>,
    /// The white space before it.
    pub(super) before: &'t str,
    /// Where it stands.
    pub(super) start: usize,
}

#[derive(Debug, Clone)]
pub(super) enum Kind<'t> {
    /// A word of the language.
    Keyword,
    /// A name, string or other value.
    Value,
    /// A bracket, comma, dot or sign of comparison.
    Symbol,
    /// `-- …`
    LineComment,
    /// `/* … */`
    BlockComment,
    /// A query.
    Query,
    /// `{ … }`
    Json(Group<'t>),
}

impl<'t> Piece<'t> {
    /// A keyword that is not in the text.
    pub(super) fn keyword(word: &'t str, like: &Self) -> Self {
        Self { kind: Kind::Keyword, text: word.into(), before: "", start: like.start }
    }

    /// A symbol that is not in the text.
    pub(super) fn symbol(symbol: &'t str, like: &Self) -> Self {
        Self { kind: Kind::Symbol, ..Self::keyword(symbol, like) }
    }

    pub(super) fn is_keyword(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Keyword) && self.text == word
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.kind, Kind::Symbol) && self.text == symbol
    }

    pub(super) fn is_comment(&self) -> bool {
        matches!(self.kind, Kind::LineComment | Kind::BlockComment)
    }

    /// Whether it began a line.
    pub(super) fn begins_line(&self) -> bool {
        self.before.contains('\n')
    }
}

/// The comments that stand in a part of a text that is clauses and JSON, in its order.
///
/// `span` begins and ends between two tokens.
pub fn comments(text: &str, span: Span) -> Vec<&str> {
    let tokens = Tokens::at(text, span.start, Rules::Clause);
    let inside = tokens.take_while(|token| token.span.end <= span.end);
    let is_comment =
        |token: &Token<'_>| matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment);
    inside.filter(is_comment).map(|token| token.text).collect()
}

/// Reads pieces from a place on.
pub(super) struct Pieces<'t> {
    text: &'t str,
    at: usize,
    last_end: usize,
    marks: Peekable<vec::IntoIter<(Span, Mark)>>,
}

impl<'t> Pieces<'t> {
    /// The pieces of `text` from `at` on; `marks` are in the order of the text.
    pub(super) fn new(text: &'t str, at: usize, marks: Vec<(Span, Mark)>) -> Self {
        Self { text, at, last_end: at, marks: marks.into_iter().peekable() }
    }

    /// Where the piece ends that was read last.
    pub(super) fn end(&self) -> usize {
        self.last_end
    }

    fn marked(&mut self, (span, mark): (Span, Mark)) -> Piece<'t> {
        let text = &self.text[span.range()];
        let kind = match mark {
            Mark::AsWritten => Kind::Value,
            Mark::Query => Kind::Query,
            Mark::Json => Kind::Json(Group::read(text)),
        };
        self.piece(kind, span.end)
    }

    fn token(&mut self, token: Token<'t>) -> Piece<'t> {
        let kind = match token.kind {
            TokenKind::LineComment => Kind::LineComment,
            TokenKind::BlockComment => Kind::BlockComment,
            TokenKind::Symbol => return self.symbol(token),
            TokenKind::Word => {
                let mut piece = self.piece(Kind::Keyword, token.span.end);
                piece.text = token.text.to_ascii_uppercase().into();
                return piece;
            }
            _ => Kind::Value,
        };
        self.piece(kind, token.span.end)
    }

    /// A symbol, with the one that belongs to it: `<` and `=` are one sign.
    fn symbol(&mut self, token: Token<'t>) -> Piece<'t> {
        let end = token.span.end;
        let pair = self.text.get(token.span.start..end + 1).unwrap_or_default();
        let is_mark = self.marks.peek().is_some_and(|(span, _)| span.start == end);
        let two = ["==", "!=", "<>", "<=", ">="].contains(&pair) && !is_mark;
        self.piece(Kind::Symbol, end + usize::from(two))
    }

    fn piece(&mut self, kind: Kind<'t>, end: usize) -> Piece<'t> {
        let (before, start) = (&self.text[self.last_end..self.at], self.at);
        (self.at, self.last_end) = (end, end);
        Piece { kind, text: self.text[start..end].into(), before, start }
    }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        loop {
            if let Some(mark) = self.marks.next_if(|(span, _)| span.start == self.at) {
                return Some(self.marked(mark));
            }
            let token = Tokens::at(self.text, self.at, Rules::Clause).next()?;
            if token.kind != TokenKind::Whitespace {
                return Some(self.token(token));
            }
            let mark = self.marks.peek().map_or(token.span.end, |(span, _)| span.start);
            self.at = token.span.end.min(mark);
        }
    }
}
