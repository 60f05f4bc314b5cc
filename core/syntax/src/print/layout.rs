//! Writes the pieces of one statement: a clause that does not fit on its line begins a new one.

use super::canonical::canonical;
use super::piece::{Kind, Piece};
use super::spaces::{is_referenced_column, together};
use super::width::width;
use super::writer::{WIDEST, Writer};
use super::{clauses, json};

/// Writes a statement up to its `;`, or the head of an IF up to THEN; what follows may stand behind it.
pub(super) fn write(pieces: Vec<Piece<'_>>, writer: &mut Writer) {
    let mut layout = Layout { pieces: canonical(pieces), writer, after_lines: false };
    for index in 0..layout.pieces.len() {
        layout.gap(index);
        layout.piece(index);
    }
    if layout.pieces.last().is_some_and(|last| matches!(last.kind, Kind::LineComment)) {
        layout.writer.new_line();
    }
}

struct Layout<'t, 'w> {
    pieces: Vec<Piece<'t>>,
    writer: &'w mut Writer,
    /// Whether a query of several lines ends on this line.
    after_lines: bool,
}

impl Layout<'_, '_> {
    fn piece(&mut self, index: usize) {
        let piece = &self.pieces[index];
        match &piece.kind {
            Kind::Json(group) => json::write(group, self.writer),
            Kind::Query => {
                self.writer.query(&piece.text);
                self.after_lines |= piece.text.contains(['\n', '\r']);
            }
            _ => self.writer.push(&piece.text),
        }
    }

    /// Writes what stands before a piece.
    fn gap(&mut self, index: usize) {
        let Some(before) = index.checked_sub(1).map(|before| &self.pieces[before]) else { return };
        let piece = &self.pieces[index];
        if matches!(piece.kind, Kind::Query) {
            return query_gap(before, piece, self.writer);
        }
        let kept = (before.is_comment() || piece.is_comment()) && piece.begins_line();
        let ends_line = matches!(before.kind, Kind::LineComment);
        if kept || ends_line || clauses::begins(&self.pieces, index) && !self.fits(index) {
            self.writer.new_line();
            self.after_lines = false;
        } else if !together(before, piece) && !is_referenced_column(&self.pieces, index) {
            self.writer.space();
        }
    }

    /// Whether the clause at `index` has room on the line.
    fn fits(&self, index: usize) -> bool {
        !self.after_lines && self.writer.column() + 1 + self.clause_width(index) < WIDEST
    }

    /// How much of a line the clause at `index` takes; JSON that fits on no line takes its bracket.
    fn clause_width(&self, index: usize) -> usize {
        let end = clauses::end(&self.pieces, index);
        let mut total = 0;
        for at in index..end {
            let piece = &self.pieces[at];
            let space = usize::from(at > index && !together(&self.pieces[at - 1], piece));
            total += space
                + match &piece.kind {
                    Kind::Json(group) => match group.flat {
                        Some(flat) if self.writer.indent() + total + space + flat < WIDEST => flat,
                        _ => return total + space + 1,
                    },
                    // What follows AS goes on where it is.
                    Kind::Query if piece.begins_line() || self.pieces[index].is_keyword("AS") => {
                        return total;
                    }
                    Kind::Query if piece.text.contains(['\n', '\r']) => WIDEST,
                    Kind::LineComment | Kind::BlockComment if piece.begins_line() => return total,
                    _ => width(&piece.text),
                };
        }
        total
    }
}

/// A query begins a line where it did, with its own indent.
fn query_gap(before: &Piece<'_>, query: &Piece<'_>, writer: &mut Writer) {
    let ends_line = matches!(before.kind, Kind::LineComment);
    if query.begins_line() || ends_line {
        writer.new_line();
        let indent = query.before.rfind('\n').map_or(query.before, |end| &query.before[end + 1..]);
        writer.verbatim(indent);
    } else if !before.is_symbol("(") {
        writer.space();
    }
}
