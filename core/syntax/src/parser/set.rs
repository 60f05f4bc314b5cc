//! `SET name = value`

use crate::sql::{Token, TokenKind};
use crate::{Ident, Set, Span, Spanned, code};

use super::cursor::{Cursor, Parse};
use super::text::{is_string, unquote};

pub(super) const FORM: &str = "write SET name = value";

pub(super) fn set(cursor: &mut Cursor<'_>) -> Parse<Set> {
    cursor.advance();
    let name = variable(cursor)?;
    if !cursor.eat_symbol('=') {
        return Err(cursor.expected(code::EXPECTED_KEYWORD, "`=` after the variable"));
    }
    Ok(Set { name, value: value(cursor)? })
}

fn variable(cursor: &mut Cursor<'_>) -> Parse<Ident> {
    match cursor.peek().filter(|token| token.kind == TokenKind::Word) {
        Some(token) => {
            cursor.advance();
            Ok(Ident { text: token.text.to_owned(), quoted: false, span: token.span })
        }
        None => Err(cursor.expected(code::EXPECTED_NAME, "the name of a variable after SET")),
    }
}

/// Takes all tokens up to the `;`, or up to the next statement if the `;` is missing.
fn value(cursor: &mut Cursor<'_>) -> Parse<Spanned<String>> {
    let mut found: Option<(Token<'_>, Span)> = None;
    while let Some(token) = cursor.peek().filter(|token| !token.is_symbol(';')) {
        if !token.closed {
            return Err(cursor.unclosed(&token));
        }
        if begins_statement(cursor, &token) {
            break;
        }
        cursor.advance();
        found =
            found.map(|(first, span)| (first, span.to(token.span))).or(Some((token, token.span)));
    }
    let Some((first, span)) = found else {
        let diagnostic = cursor.expected(code::EMPTY_VALUE, "a value after `=`");
        return Err(diagnostic.or_help("write SET name = ''; for an empty text"));
    };
    let written = &cursor.text()[span.range()];
    let single = first.span == span && is_string(&first);
    Ok(Spanned::new(if single { unquote(written) } else { written.to_owned() }, span))
}

fn begins_statement(cursor: &Cursor<'_>, next: &Token<'_>) -> bool {
    let between = &cursor.text()[cursor.last_end()..next.span.start];
    super::begins_or_ends(next) && between.contains('\n')
}
