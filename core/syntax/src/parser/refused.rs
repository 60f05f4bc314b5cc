//! What the language has and this version has not: refused by name, never ignored.

use crate::sql::{Token, TokenKind};
use crate::{Diagnostic, Relation, Span, code};

use super::clauses::Writer;
use super::cursor::{Cursor, Parse};
use super::name::is_name;

pub(super) fn test(span: Span) -> Diagnostic {
    not_supported("TEST", span)
        .help("remove it; until then EXPORT a query that finds the wrong rows, and look at them")
}

/// Skips `( column, … )` after the table of a LOAD.
pub(super) fn column_list(cursor: &mut Cursor<'_>) -> Parse<()> {
    let Some(open) = cursor.peek().filter(|token| token.is_symbol('(')) else {
        return Ok(());
    };
    cursor.advance();
    skip_list(cursor);
    if !cursor.eat_symbol(')') {
        return Err(cursor.expected(code::EXPECTED_KEYWORD, "`)` after the column names"));
    }
    let span = Span::new(open.span.start, cursor.last_end());
    let help = "load all columns, and choose with CREATE TABLE name AS SELECT … FROM the table";
    cursor.report(not_supported("a column list in LOAD", span).help(help));
    Ok(())
}

/// Skips `WHERE predicate` up to the next clause of a LOAD.
pub(super) fn filter(cursor: &mut Cursor<'_>) {
    let Some(keyword) = cursor.eat_word(&["WHERE"]) else {
        return;
    };
    let help =
        "load all rows, and filter with CREATE TABLE name AS SELECT … FROM the table WHERE …";
    cursor.report(not_supported("WHERE in LOAD", keyword.span).help(help));
    while let Some(token) = cursor.peek().filter(|token| token.closed && !token.is_symbol(';')) {
        if at_clause(cursor, &token) {
            return;
        }
        cursor.advance();
    }
}

/// Skips what follows INCREMENTAL: `BY column [LOOKBACK n unit]`.
pub(super) fn incremental(cursor: &mut Cursor<'_>, keyword: &Token<'_>) {
    skip_incremental(cursor);
    let span = Span::new(keyword.span.start, cursor.last_end());
    let help = "leave it out: everything is then read, every time";
    cursor.report(not_supported("INCREMENTAL BY", span).help(help));
}

/// Skips what follows a write mode: its keys, or its column.
pub(super) fn mode(cursor: &mut Cursor<'_>, keyword: &Token<'_>, word: &Token<'_>, writer: Writer) {
    let mut name = format!("MODE {}", word.text.to_ascii_uppercase());
    if word.is_word("DELETE") && cursor.eat_word(&["INSERT"]).is_some() {
        name.push_str(" INSERT");
    }
    if word.is_word("INCREMENTAL") {
        skip_incremental(cursor);
    }
    if cursor.eat_word(&["KEY", "KEYS", "MERGE_KEYS"]).is_some() {
        let open = cursor.eat_symbol('(');
        skip_list(cursor);
        let _closed = open && cursor.eat_symbol(')');
    }
    let span = Span::new(keyword.span.start, cursor.last_end());
    let (statement, help) = match writer {
        Writer::Load => ("LOAD", "write MODE REPLACE (the default) or MODE APPEND"),
        Writer::Create(Relation::View) => ("CREATE VIEW", "leave it out: a view holds no rows"),
        Writer::Create(Relation::Table) => {
            ("CREATE TABLE", "leave it out: the query then makes the table anew")
        }
        Writer::Export => ("EXPORT", "leave it out: the export then writes all its rows"),
    };
    cursor.report(not_supported(&format!("{name} in {statement}"), span).help(help));
}

fn not_supported(what: &str, span: Span) -> Diagnostic {
    Diagnostic::error(code::NOT_SUPPORTED, format!("{what} is not supported yet"), span)
}

fn at_clause(cursor: &mut Cursor<'_>, token: &Token<'_>) -> bool {
    let follows: &[&str] = match token.text.to_ascii_uppercase().as_str() {
        "MODE" => &["REPLACE", "APPEND", "UPSERT", "DELETE", "MERGE", "INCREMENTAL"],
        "INCREMENTAL" => &["BY"],
        "OPTIONS" | "PARAMS" => &["{"],
        _ => return false,
    };
    cursor
        .peek_second()
        .is_some_and(|next| follows.iter().any(|follow| next.text.eq_ignore_ascii_case(follow)))
}

fn skip_incremental(cursor: &mut Cursor<'_>) {
    if cursor.eat_word(&["BY"]).is_some() {
        skip_list(cursor);
    }
    if cursor.eat_word(&["LOOKBACK"]).is_some() {
        let is_amount = |token: &Token<'_>| token.kind == TokenKind::Number;
        if cursor.peek().is_some_and(|token| is_amount(&token)) {
            cursor.advance();
        }
        let unit = |token: &Token<'_>| token.kind == TokenKind::Word && !token.is_word("AS");
        if cursor.peek().is_some_and(|token| unit(&token)) {
            cursor.advance();
        }
    }
}

/// Skips names with commas between them.
fn skip_list(cursor: &mut Cursor<'_>) {
    while cursor.peek().is_some_and(|token| token.closed && is_name(&token)) {
        cursor.advance();
        if !cursor.eat_symbol(',') {
            return;
        }
    }
}
