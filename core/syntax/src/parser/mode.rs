//! `MODE ( REPLACE | APPEND | UPSERT KEY keys | DELETE INSERT )`, and SQLFlow's other words for it.

use crate::sql::{Token, TokenKind};
use crate::{Ident, ReadClause, Span, Spanned, WriteMode, code, suggest};

use super::cursor::{Cursor, Parse};
use super::name::{is_name, names};
use super::read;

const MODES: &[&str] = &["REPLACE", "APPEND", "UPSERT", "DELETE", "MERGE", "INCREMENTAL"];

/// What MODE says.
pub(super) struct Mode {
    pub(super) write: Spanned<WriteMode>,
    /// What `MODE INCREMENTAL BY …` says of reading.
    pub(super) read: Option<ReadClause>,
}

/// Takes what follows MODE; `None` where that is no mode, which is reported.
pub(super) fn mode(cursor: &mut Cursor<'_>, keyword: &Token<'_>) -> Parse<Option<Mode>> {
    let Some(word) = cursor.eat_word(MODES) else {
        unknown_mode(cursor);
        return Ok(None);
    };
    let mut reads = None;
    let mode = match word.text.to_ascii_uppercase().as_str() {
        "REPLACE" => WriteMode::Replace,
        "APPEND" => WriteMode::Append,
        "DELETE" => {
            cursor.expect_word(&["INSERT"], "after MODE DELETE")?;
            WriteMode::DeleteInsert
        }
        "INCREMENTAL" => {
            reads = Some(read::incremental(cursor, keyword)?);
            WriteMode::DeleteInsert
        }
        _ => WriteMode::Upsert { keys: keys(cursor)? },
    };
    let span = Span::new(keyword.span.start, cursor.last_end());
    Ok(Some(Mode { write: Spanned::new(mode, span), read: reads }))
}

/// Takes `KEY a, b` or `KEY (a, b)`, if it is there.
fn keys(cursor: &mut Cursor<'_>) -> Parse<Vec<Ident>> {
    if cursor.eat_word(&["KEY", "KEYS", "MERGE_KEYS"]).is_none() {
        return Ok(Vec::new());
    }
    if !cursor.eat_symbol('(') {
        return names(cursor, "a key column after KEY");
    }
    let keys = names(cursor, "a key column")?;
    match cursor.eat_symbol(')') {
        true => Ok(keys),
        false => Err(cursor.expected(code::EXPECTED_KEYWORD, "`)` after the key columns")),
    }
}

fn unknown_mode(cursor: &mut Cursor<'_>) {
    const WANTED: &str = "REPLACE, APPEND, UPSERT or DELETE INSERT after MODE";
    let diagnostic = cursor.expected(code::UNKNOWN_MODE, WANTED);
    let word = cursor.peek().filter(|token| token.kind == TokenKind::Word && !token.is_word("AS"));
    let near = word.and_then(|word| suggest(word.text, MODES.iter().copied()));
    if word.is_some() {
        cursor.advance();
    }
    skip_keys(cursor);
    cursor.report(match near {
        Some(mode) => diagnostic.or_help(&format!("did you mean {mode}?")),
        None => diagnostic.or_help(
            "the write modes are REPLACE (the default), APPEND, UPSERT KEY (…) and DELETE INSERT",
        ),
    });
}

/// Skips the keys of a mode that is misspelt.
fn skip_keys(cursor: &mut Cursor<'_>) {
    if cursor.eat_word(&["KEY", "KEYS", "MERGE_KEYS"]).is_none() {
        return;
    }
    let open = cursor.eat_symbol('(');
    while cursor.peek().is_some_and(|token| token.closed && is_name(&token)) {
        cursor.advance();
        if !cursor.eat_symbol(',') {
            break;
        }
    }
    let _closed = open && cursor.eat_symbol(')');
}
