//! Strings of clauses: places, connections and values of SET.

use crate::sql::{Token, TokenKind};
use crate::{Diagnostic, Span, Spanned, code};

use super::cursor::{Cursor, Parse};

/// Whether `token` is `'…'` or `"…"`.
pub(super) fn is_string(token: &Token<'_>) -> bool {
    token.text.starts_with(['\'', '"'])
}

/// Takes a string that ends on its line; `what` says what it stands for.
pub(super) fn string(cursor: &mut Cursor<'_>, what: &str) -> Parse<Spanned<String>> {
    let token = match cursor.peek() {
        Some(token) if is_string(&token) => token,
        _ => return Err(cursor.expected(code::EXPECTED_STRING, what)),
    };
    on_one_line(cursor, &token)?;
    if !token.closed {
        return Err(cursor.unclosed(&token));
    }
    cursor.advance();
    Ok(Spanned::new(unquote(token.text), token.span))
}

/// Refuses a string that goes over the end of its line: its closing quote is missing, and the one
/// found belongs to another string.
pub(super) fn on_one_line(cursor: &mut Cursor<'_>, token: &Token<'_>) -> Parse<()> {
    let Some(end) = token.text.find('\n') else {
        return Ok(());
    };
    let span = Span::at(token.span.start).to(Span::at(token.span.start + 1));
    cursor.seek(token.span.start + end);
    if let Some(semicolon) = token.text[..end].find(';') {
        cursor.resume_at(token.span.start + semicolon + 1);
    }
    Err(Diagnostic::error(code::UNCLOSED_QUOTE, "this string is not closed on its line", span)
        .label("opened here")
        .help("close it before the end of the line"))
}

/// The text of a closed string or quoted name of a clause.
pub(super) fn unquote(text: &str) -> String {
    let inner = text.get(1..text.len() - 1).unwrap_or_default();
    if text.starts_with('\'') {
        return inner.replace("''", "'");
    }
    let (mut value, mut chars) = (String::with_capacity(inner.len()), inner.chars().peekable());
    while let Some(next) = chars.next() {
        let escaped = match next {
            '\\' => chars.next_if(|c| matches!(c, '"' | '\\')),
            '"' => chars.next_if_eq(&'"'),
            _ => None,
        };
        value.push(escaped.unwrap_or(next));
    }
    value
}

/// The text of a closed quoted name, in which a backslash means itself.
pub(super) fn unquote_name(token: &Token<'_>) -> String {
    let inner = token.text.get(1..token.text.len() - 1).unwrap_or_default();
    match token.kind {
        TokenKind::QuotedIdent => inner.replace("\"\"", "\""),
        _ => inner.replace("''", "'"),
    }
}
