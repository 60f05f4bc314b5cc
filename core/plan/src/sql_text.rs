use sqlflow_syntax::Span;

/// SQL after substitution, with the way back to the text of the pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlText {
    /// What the engine gets. Where nothing was substituted, the statement's own bytes.
    pub text: String,
    /// Where each piece of `text` comes from, in order and without gaps.
    pub(crate) pieces: Vec<Piece>,
}

/// Bytes of the SQL that come from one place of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Where it begins in the SQL.
    pub(crate) start: usize,
    /// Where it comes from in the pipeline's text.
    pub(crate) origin: Span,
    /// Whether it was copied byte for byte; otherwise it stands in for a whole reference.
    pub(crate) verbatim: bool,
}

impl SqlText {
    /// The place in the pipeline's text that a byte of the SQL comes from.
    pub fn origin(&self, offset: usize) -> usize {
        let after = self.pieces.partition_point(|piece| piece.start <= offset);
        let Some(piece) = after.checked_sub(1).and_then(|index| self.pieces.get(index)) else {
            return 0;
        };
        let inside = if piece.verbatim { offset - piece.start } else { 0 };
        (piece.origin.start + inside).min(piece.origin.end)
    }

    /// The span in the pipeline's text that all of the SQL comes from.
    pub fn span(&self) -> Span {
        let ends = self.pieces.first().zip(self.pieces.last());
        ends.map_or(Span::at(0), |(first, last)| first.origin.to(last.origin))
    }
}
