use sqlflow_syntax::Span;

use super::{Piece, SqlText};

/// The SQL as it grows, piece by piece.
#[derive(Debug, Default)]
pub(super) struct Output {
    text: String,
    pieces: Vec<Piece>,
}

impl Output {
    /// Adds text as it stands at `origin`.
    pub(super) fn copy(&mut self, text: &str, origin: Span) {
        match self.pieces.last_mut() {
            Some(last) if last.verbatim && last.origin.end == origin.start => {
                last.origin.end = origin.end;
            }
            _ => self.push(origin, true, false),
        }
        self.text.push_str(text);
    }

    /// Adds what stands in for the text at `origin`.
    pub(super) fn stand_in(&mut self, text: &str, origin: Span, secret: bool) {
        self.push(origin, false, secret);
        self.text.push_str(text);
    }

    /// What was added from byte `start` on.
    pub(super) fn since(&self, start: usize) -> &str {
        &self.text[start..]
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn last_char(&self) -> Option<char> {
        self.text.chars().next_back()
    }

    pub(super) fn finish(self) -> SqlText {
        SqlText { text: self.text, pieces: self.pieces }
    }

    fn push(&mut self, origin: Span, verbatim: bool, secret: bool) {
        self.pieces.push(Piece { start: self.text.len(), origin, verbatim, secret });
    }
}
