use sqlflow_syntax::Span;

use super::{Piece, SqlText};

/// SQL that is written for a statement which has none of its own, out of words and names that stand
/// for something in its text.
#[derive(Debug, Default)]
pub(crate) struct Written {
    text: String,
    pieces: Vec<Piece>,
}

impl Written {
    /// Adds SQL that stands for what is written at `origin`.
    pub(crate) fn stand_for(mut self, origin: Span, sql: &str) -> Self {
        let piece = Piece { start: self.text.len(), origin, verbatim: false, secret: false };
        self.pieces.push(piece);
        self.text.push_str(sql);
        self
    }

    /// Adds SQL that has its own way back.
    pub(crate) fn sql(mut self, sql: &SqlText) -> Self {
        let start = self.text.len();
        let moved = sql.pieces.iter().map(|piece| Piece { start: start + piece.start, ..*piece });
        self.pieces.extend(moved);
        self.text.push_str(&sql.text);
        self
    }

    pub(crate) fn finish(self) -> SqlText {
        SqlText { text: self.text, pieces: self.pieces }
    }
}
