mod output;
mod spliced;
mod substitute;
mod surroundings;
mod times;
mod written;

use std::fmt;

use sqlflow_profile::Secret;
use sqlflow_syntax::{Span, Sql, TableName};

pub(crate) use spliced::identifier;
pub(crate) use substitute::substitute;
pub use times::TimeMacro;
pub(crate) use written::Written;

use crate::mask;

/// SQL after substitution, with the way back to the text of the pipeline. `Debug` hides secrets.
#[derive(Clone, PartialEq, Eq)]
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
    /// Whether it holds a secret.
    pub(crate) secret: bool,
}

impl SqlText {
    /// SQL in which nothing is substituted.
    pub(crate) fn verbatim(sql: &Sql) -> Self {
        let piece = Piece { start: 0, origin: sql.span, verbatim: true, secret: false };
        Self { text: sql.text.clone(), pieces: vec![piece] }
    }

    /// The query for all rows of a table.
    pub(crate) fn all_of(table: &TableName) -> Self {
        let piece = Piece { start: 0, origin: table.span, verbatim: false, secret: false };
        Self { text: format!("SELECT * FROM {table}"), pieces: vec![piece] }
    }

    /// The place in the pipeline's text that a byte of the SQL comes from.
    pub fn origin(&self, offset: usize) -> usize {
        let after = self.pieces.partition_point(|piece| piece.start <= offset);
        let Some(piece) = after.checked_sub(1).and_then(|index| self.pieces.get(index)) else {
            return 0;
        };
        let inside = if piece.verbatim { offset - piece.start } else { 0 };
        (piece.origin.start + inside).min(piece.origin.end)
    }

    /// The place of what a byte of the SQL stands in for, where it is not copied from there: a
    /// reference whose value it belongs to.
    pub fn stands_in_at(&self, offset: usize) -> Option<Span> {
        let after = self.pieces.partition_point(|piece| piece.start <= offset);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        (!piece.verbatim).then_some(piece.origin)
    }

    /// A text about the SQL, with `***` in place of every secret of it.
    pub fn mask(&self, text: &str) -> String {
        mask::text(text, &self.secrets())
    }

    /// The span in the pipeline's text that all of the SQL comes from.
    pub fn span(&self) -> Span {
        let ends = self.pieces.first().zip(self.pieces.last());
        ends.map_or(Span::at(0), |(first, last)| first.origin.to(last.origin))
    }

    /// The SQL with `***` in place of every secret, to be shown.
    pub fn masked(&self) -> String {
        self.parts().map(|(piece, text)| if piece.secret { "***" } else { text }).collect()
    }

    /// The secrets in the SQL, as the engine may repeat them in an error.
    pub fn secrets(&self) -> Vec<Secret<String>> {
        let secret = self.parts().filter(|(piece, _)| piece.secret);
        let bare = secret.map(|(_, text)| text.trim().trim_matches(['\'', '"']));
        bare.filter(|text| !text.is_empty()).map(|text| Secret::new(text.to_owned())).collect()
    }

    fn parts(&self) -> impl Iterator<Item = (&Piece, &str)> {
        let ends = self.pieces.iter().skip(1).map(|piece| piece.start).chain([self.text.len()]);
        self.pieces.iter().zip(ends).map(|(piece, end)| (piece, &self.text[piece.start..end]))
    }
}

impl fmt::Debug for SqlText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqlText").field(&self.masked()).finish()
    }
}
