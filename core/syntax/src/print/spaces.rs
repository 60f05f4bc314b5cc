//! Which pieces stand together without a space.

use super::piece::{Kind, Piece};

/// Whether nothing stands between two pieces of a line.
pub(super) fn together(before: &Piece<'_>, next: &Piece<'_>) -> bool {
    let opens = before.is_symbol("(") || before.is_symbol(".");
    opens || [",", ")", "."].iter().any(|symbol| next.is_symbol(symbol))
}

/// Whether the pieces from `index` on are the bracket of `REFERENCES table(column)`.
pub(super) fn is_referenced_column(pieces: &[Piece<'_>], index: usize) -> bool {
    let name = |piece: &&Piece<'_>| matches!(piece.kind, Kind::Value) || piece.is_symbol(".");
    let keyword = || pieces[..index].iter().rev().find(|piece| !name(piece));
    pieces[index].is_symbol("(") && keyword().is_some_and(|word| word.is_keyword("REFERENCES"))
}
