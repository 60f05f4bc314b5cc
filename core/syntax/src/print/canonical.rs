//! The words and signs of the standard form in place of their synonyms.

use std::borrow::Cow;

use crate::TimeUnit;

use super::clauses;
use super::piece::{Kind, Piece};

/// Says a statement, or the head of an IF, in the standard form's words.
pub(super) fn canonical(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let statement = pieces.first().map(|first| first.text.to_string()).unwrap_or_default();
    let pieces = split_words(pieces);
    let pieces = words(&statement, pieces);
    let mut pieces = incremental_mode(pieces);
    match statement.as_str() {
        "TEST" => without_brackets(&mut pieces),
        "LOAD" | "CREATE" | "EXPORT" => with_brackets(&mut pieces),
        _ => {}
    }
    clauses::in_order(pieces)
}

/// Makes two words of ELSEIF and ENDIF.
fn split_words(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let mut split = Vec::with_capacity(pieces.len() + 1);
    for mut piece in pieces {
        let first = match &*piece.text {
            "ELSEIF" if matches!(piece.kind, Kind::Keyword) => "ELSE",
            "ENDIF" if matches!(piece.kind, Kind::Keyword) => "END",
            _ => {
                split.push(piece);
                continue;
            }
        };
        let second = Piece::keyword("IF", &piece);
        piece.text = first.into();
        split.extend([piece, second]);
    }
    split
}

fn words<'t>(statement: &str, mut pieces: Vec<Piece<'t>>) -> Vec<Piece<'t>> {
    let of_type = pieces.iter().any(|piece| piece.is_keyword("TYPE"));
    let mut amount = String::new();
    for piece in &mut pieces {
        let word = match piece.kind {
            Kind::Keyword => word(statement, &piece.text, of_type).or(unit(&piece.text, &amount)),
            Kind::Symbol if statement != "SET" => sign(&piece.text),
            _ => None,
        };
        if let Some(word) = word {
            piece.text = word;
        }
        if matches!(piece.kind, Kind::Value) {
            amount = piece.text.to_string();
        }
    }
    pieces
}

fn word<'t>(statement: &str, word: &str, of_type: bool) -> Option<Cow<'t, str>> {
    let canonical = match (statement, word) {
        ("SOURCE", "PARAMS" | "OPTIONS") if of_type => "PARAMS",
        ("SOURCE" | "LOAD", "USING") => "FROM",
        ("EXPORT", "FROM") => "USING",
        (_, "PARAMS") => "OPTIONS",
        (_, "MERGE") => "UPSERT",
        (_, "KEYS" | "MERGE_KEYS") => "KEY",
        (_, "NONE") => "NULL",
        _ => return None,
    };
    Some(canonical.into())
}

/// The unit in the number of its amount.
fn unit<'t>(word: &str, amount: &str) -> Option<Cow<'t, str>> {
    let unit = TimeUnit::ALL.into_iter().find(|unit| word.trim_end_matches('S') == unit.word())?;
    let several = if amount.parse() == Ok(1_u32) { "" } else { "S" };
    Some(format!("{}{several}", unit.word()).into())
}

fn sign<'t>(sign: &str) -> Option<Cow<'t, str>> {
    match sign {
        "=" => Some("==".into()),
        "<>" => Some("!=".into()),
        _ => None,
    }
}

/// Says `MODE INCREMENTAL BY …` as `INCREMENTAL BY … MODE DELETE INSERT`.
fn incremental_mode(mut pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let Some(mode) = pieces.iter().position(|piece| piece.is_keyword("MODE")) else {
        return pieces;
    };
    let next = next_significant(&pieces, mode + 1);
    let Some(next) = next.filter(|next| pieces[*next].is_keyword("INCREMENTAL")) else {
        return pieces;
    };
    // A comment between the two stays behind the keyword: before it, a query might take it in.
    let removed = pieces.remove(next);
    take_place(&mut pieces, next, &removed);
    pieces[mode].text = removed.text;
    let end = clauses::end(&pieces, mode);
    let last = pieces[..end].iter().rposition(|piece| !piece.is_comment()).unwrap_or(mode);
    let like = pieces[last].clone();
    let words = ["MODE", "DELETE", "INSERT"].map(|word| Piece::keyword(word, &like));
    pieces.splice(last + 1..last + 1, words);
    pieces
}

/// Puts brackets around the names behind KEY.
fn with_brackets(pieces: &mut Vec<Piece<'_>>) {
    let Some(key) = pieces.iter().position(|piece| piece.is_keyword("KEY")) else { return };
    let Some(first) = next_significant(pieces, key + 1) else { return };
    if pieces[first].is_symbol("(") {
        return;
    }
    let mut last = first;
    while let Some(comma) = next_significant(pieces, last + 1) {
        let Some(name) = next_significant(pieces, comma + 1) else { break };
        if !pieces[comma].is_symbol(",") {
            break;
        }
        last = name;
    }
    let close = Piece::symbol(")", &pieces[last]);
    pieces.insert(last + 1, close);
    let mut open = Piece::symbol("(", &pieces[first]);
    open.before = std::mem::take(&mut pieces[first].before);
    pieces.insert(first, open);
}

/// Takes the brackets away that stand around the columns of NOT_NULL and UNIQUE.
fn without_brackets(pieces: &mut Vec<Piece<'_>>) {
    let of_columns = |piece: &Piece<'_>| piece.is_keyword("NOT_NULL") || piece.is_keyword("UNIQUE");
    let Some(word) = pieces.iter().position(of_columns) else { return };
    let open = next_significant(pieces, word + 1).filter(|open| pieces[*open].is_symbol("("));
    let Some(open) = open else { return };
    let Some(close) = pieces.iter().position(|piece| piece.is_symbol(")")) else { return };
    for bracket in [close, open] {
        let removed = pieces.remove(bracket);
        take_place(pieces, bracket, &removed);
    }
}

/// Has the piece at `index` begin a line if the one that stood there did.
fn take_place<'t>(pieces: &mut [Piece<'t>], index: usize, removed: &Piece<'t>) {
    if let Some(piece) = pieces.get_mut(index).filter(|_| removed.begins_line()) {
        piece.before = removed.before;
    }
}

fn next_significant(pieces: &[Piece<'_>], from: usize) -> Option<usize> {
    (from..pieces.len()).find(|index| !pieces[*index].is_comment())
}
