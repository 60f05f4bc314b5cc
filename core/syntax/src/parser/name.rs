//! Names of tables, sources, variables and connectors.

use crate::sql::{Token, TokenKind};
use crate::{Diagnostic, Ident, TableName, code};

use super::cursor::{Cursor, Parse};
use super::text::{is_string, unquote_name};

/// The schema in which SQLFlow keeps its own tables.
const OWN_SCHEMA: &str = "_sqlflow";

/// Words that follow a name: where one stands instead of a bare name, the name is missing.
const NOT_NAMES: &[&str] = &["FROM", "TYPE", "USING", "PARAMS", "OPTIONS", "AS", "TO"];

/// Whether `token` may stand for a name: a bare word or a word in double quotes.
pub(super) fn is_name(token: &Token<'_>) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdent)
}

/// Takes a name; `what` says of what.
pub(super) fn name(cursor: &mut Cursor<'_>, what: &str) -> Parse<Ident> {
    match cursor.peek() {
        Some(token) if is_name(&token) && !NOT_NAMES.iter().any(|word| token.is_word(word)) => {
            take(cursor, token)
        }
        Some(token) if token.kind == TokenKind::Word => Err(cursor
            .expected(code::EXPECTED_NAME, what)
            .help(format!("put it in double quotes if \"{}\" is the name", token.text))),
        _ => Err(cursor.expected(code::EXPECTED_NAME, what)),
    }
}

/// Takes names with commas between them, at least one; `what` says of what.
pub(super) fn names(cursor: &mut Cursor<'_>, what: &str) -> Parse<Vec<Ident>> {
    let mut names = vec![name(cursor, what)?];
    while cursor.eat_symbol(',') {
        names.push(name(cursor, what)?);
    }
    Ok(names)
}

/// Takes the connector after TYPE: a name, in quotes of either kind or none.
pub(super) fn connector(cursor: &mut Cursor<'_>) -> Parse<Ident> {
    match cursor.peek() {
        Some(token) if token.kind == TokenKind::StringLiteral && is_string(&token) => {
            take(cursor, token)
        }
        _ => name(cursor, "a connector after TYPE"),
    }
}

/// Takes a table's name, with or without a schema; `what` says of which table.
pub(super) fn table(cursor: &mut Cursor<'_>, what: &str) -> Parse<TableName> {
    let first = name(cursor, what)?;
    if !cursor.eat_symbol('.') {
        return Ok(TableName { schema: None, span: first.span, name: first });
    }
    let second = name(cursor, "a table name after the schema")?;
    if cursor.peek().is_some_and(|token| token.is_symbol('.')) {
        let what = format!("one schema and one table in {what}");
        return Err(cursor.expected(code::EXPECTED_NAME, &what).or_help("write schema.table"));
    }
    let table = TableName { span: first.span.to(second.span), schema: Some(first), name: second };
    refuse_own_schema(cursor, &table);
    Ok(table)
}

fn take(cursor: &mut Cursor<'_>, token: Token<'_>) -> Parse<Ident> {
    if !token.closed {
        return Err(cursor.unclosed(&token));
    }
    cursor.advance();
    let quoted = token.kind != TokenKind::Word;
    let text = if quoted { unquote_name(&token) } else { token.text.to_owned() };
    match text.is_empty() {
        true => Err(Diagnostic::error(code::EXPECTED_NAME, "a name cannot be empty", token.span)),
        false => Ok(Ident { text, quoted, span: token.span }),
    }
}

fn refuse_own_schema(cursor: &mut Cursor<'_>, table: &TableName) {
    if table.schema.as_ref().is_some_and(|schema| schema.matches(OWN_SCHEMA)) {
        let message = format!("the schema {OWN_SCHEMA} is reserved");
        cursor.report(
            Diagnostic::error(code::RESERVED_SCHEMA, message, table.span)
                .label("SQLFlow keeps its own tables there")
                .help("choose another schema"),
        );
    }
}
