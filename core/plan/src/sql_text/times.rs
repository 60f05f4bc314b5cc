//! `@start_dt` and its like: the window of an incremental step, in its SQL.

use sqlflow_syntax::{
    Span,
    sql::{self, Token},
};

use super::{Piece, SqlText};

/// A bound of the window that an incremental step reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeMacro {
    /// `@start_dt`: where the window begins, a TIMESTAMP.
    StartTime,
    /// `@end_dt`: where it ends, a TIMESTAMP.
    EndTime,
    /// `@start_date`: the day it begins on, a DATE.
    StartDate,
    /// `@end_date`: the day it ends on, a DATE.
    EndDate,
}

impl TimeMacro {
    /// Every macro.
    pub const ALL: [Self; 4] = [Self::StartTime, Self::EndTime, Self::StartDate, Self::EndDate];

    /// Its name behind the `@`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StartTime => "start_dt",
            Self::EndTime => "end_dt",
            Self::StartDate => "start_date",
            Self::EndDate => "end_date",
        }
    }

    /// SQL of the type it has, for a check that reads no row.
    #[must_use]
    pub const fn typed_null(self) -> &'static str {
        match self {
            Self::StartTime | Self::EndTime => "CAST(NULL AS TIMESTAMP)",
            Self::StartDate | Self::EndDate => "CAST(NULL AS DATE)",
        }
    }

    fn of(word: &Token<'_>) -> Option<Self> {
        Self::ALL.into_iter().find(|time| word.is_word(time.name()))
    }
}

impl SqlText {
    /// The macros outside of quotes and comments, with where they stand in the SQL.
    pub fn times(&self) -> Vec<(std::ops::Range<usize>, TimeMacro)> {
        if !self.text.contains('@') {
            return Vec::new();
        }
        let tokens: Vec<Token<'_>> = sql::tokens(&self.text).collect();
        let pairs = tokens.windows(2).filter(|pair| pair[0].is_symbol('@'));
        pairs
            .filter_map(|pair| {
                Some((pair[0].span.start..pair[1].span.end, TimeMacro::of(&pair[1])?))
            })
            .collect()
    }

    /// The place in the pipeline's text of a part of the SQL.
    pub(crate) fn origin_of(&self, part: &std::ops::Range<usize>) -> Span {
        Span::new(self.origin(part.start), self.origin(part.end))
    }

    /// The SQL with values in place of its macros, and the way back from there.
    #[must_use]
    pub fn with_times(&self, value: impl Fn(TimeMacro) -> &'static str) -> Self {
        let mut filled = Self { text: String::new(), pieces: Vec::new() };
        let mut done = 0;
        for (part, time) in self.times() {
            filled.copy(self, done..part.start);
            let (start, origin) = (filled.text.len(), self.origin_of(&part));
            filled.pieces.push(Piece { start, origin, verbatim: false, secret: false });
            filled.text.push_str(value(time));
            done = part.end;
        }
        filled.copy(self, done..self.text.len());
        filled
    }

    fn copy(&mut self, from: &Self, part: std::ops::Range<usize>) {
        let (moved, ends) = (self.text.len(), from.pieces.iter().skip(1).map(|piece| piece.start));
        for (piece, end) in from.pieces.iter().zip(ends.chain([from.text.len()])) {
            let start = piece.start.max(part.start);
            if start < end.min(part.end) {
                let mut piece = *piece;
                if piece.verbatim {
                    piece.origin.start += start - piece.start;
                }
                piece.start = moved + start - part.start;
                self.pieces.push(piece);
            }
        }
        self.text.push_str(&from.text[part]);
    }
}
