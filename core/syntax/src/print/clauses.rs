//! The clauses of a statement: where each begins, and their order.

use super::piece::{Kind, Piece};

/// The keywords that begin a clause, in the order in which clauses stand.
const ORDER: &[&str] =
    &["TO", "EXPECT", "WHERE", "INCREMENTAL", "MODE", "OPTIONS", "AS", "SEVERITY"];

/// Whether the pieces from `index` on are a clause. SOURCE and INCLUDE have none: what they say is
/// one sentence.
pub(super) fn begins(pieces: &[Piece<'_>], index: usize) -> bool {
    let has_clauses = pieces.first().is_some_and(|first| {
        ["LOAD", "CREATE", "EXPORT", "TEST"].iter().any(|word| first.is_keyword(word))
    });
    has_clauses && rank(&pieces[index]).is_some()
}

/// Where the clause ends that begins at `index`.
pub(super) fn end(pieces: &[Piece<'_>], index: usize) -> usize {
    let next = (index + 1..pieces.len()).find(|next| rank(&pieces[*next]).is_some());
    next.unwrap_or(pieces.len())
}

/// Puts the clauses in their order, unless there are comments between them: those keep theirs.
pub(super) fn in_order(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let first = (0..pieces.len()).find(|index| begins(&pieces, *index));
    let Some(first) = first.filter(|_| !pieces.iter().any(Piece::is_comment)) else {
        return pieces;
    };
    let mut sorted = pieces;
    let mut clauses: Vec<Vec<Piece<'_>>> = Vec::new();
    for piece in sorted.split_off(first) {
        match clauses.last_mut() {
            Some(clause) if rank(&piece).is_none() => clause.push(piece),
            _ => clauses.push(vec![piece]),
        }
    }
    clauses.sort_by_key(|clause| clause.first().and_then(rank));
    sorted.extend(clauses.into_iter().flatten());
    sorted
}

fn rank(piece: &Piece<'_>) -> Option<usize> {
    let keyword = matches!(piece.kind, Kind::Keyword);
    keyword.then(|| ORDER.iter().position(|word| piece.text == *word)).flatten()
}
