//! Whether SQL with values in it still is the SQL that was written.

use sqlflow_syntax::sql::{Token, TokenKind, tokens};

/// Follows both texts token by token: what is not substituted is the same, and each substituted
/// place is one literal, name or number.
///
/// # Errors
///
/// The first token that became something else.
pub fn same_but_for_values(before: &str, after: &str) -> Result<(), String> {
    let (before, after) = (significant(before), significant(after));
    let (mut left, mut right) = (before.as_slice(), after.as_slice());
    while let Some(token) = left.first() {
        let Some(made) = right.first() else { return Err(format!("{token:?} is lost")) };
        let run = parts_of_a_name(left);
        let negative = made.is_symbol('-') && run > 0;
        let made = if negative { right.get(1).ok_or("a minus alone")? } else { made };
        let is_fine = match token.kind {
            _ if run > 0 => is_value(made),
            TokenKind::LineComment | TokenKind::BlockComment => made.text == token.text,
            _ if token.text.contains("${") => made.kind == token.kind && made.closed,
            _ => made.text == token.text,
        };
        if !is_fine {
            return Err(format!("{token:?} became {made:?}"));
        }
        left = &left[run.max(1)..];
        right = &right[1 + usize::from(negative)..];
    }
    if right.is_empty() { Ok(()) } else { Err(format!("{:?} was added", right[0])) }
}

/// Every quoted token that `${v}` stood in holds the value, escaped as its quotes ask for. Texts
/// that [`same_but_for_values`] holds for.
///
/// # Errors
///
/// The first that holds something else.
pub(crate) fn literals_hold(before: &str, after: &str, value: &str) -> Result<(), String> {
    let quoted = |token: &&Token<'_>| {
        use TokenKind::{DollarQuoted, QuotedIdent, StringLiteral};
        matches!(token.kind, StringLiteral | QuotedIdent | DollarQuoted { .. })
    };
    let (before, after) = (significant(before), significant(after));
    // Where a bare reference becomes a quoted token, they no longer stand side by side.
    if before.iter().any(|token| token.kind == TokenKind::Variable) {
        return Ok(());
    }
    let pairs = before.iter().filter(quoted).zip(after.iter().filter(quoted));
    for (token, made) in pairs.filter(|(token, _)| is_plain(token)) {
        let value = match token.kind {
            TokenKind::StringLiteral => value.replace('\'', "''"),
            TokenKind::QuotedIdent => value.replace('"', "\"\""),
            _ => value.to_owned(),
        };
        if made.text != token.text.replace("${v}", &value) {
            return Err(format!("{token:?} became {made:?}"));
        }
    }
    Ok(())
}

/// Whether all its references are `${v}`, and a backslash in it means itself.
fn is_plain(token: &Token<'_>) -> bool {
    token.text.starts_with(['\'', '"', '$'])
        && token.text.matches("${").count() == token.text.matches("${v}").count()
}

/// The tokens that count: white space may be added around a value.
fn significant(text: &str) -> Vec<Token<'_>> {
    tokens(text).filter(|token| token.kind != TokenKind::Whitespace).collect()
}

/// How many tokens at the start are joined to a reference.
fn parts_of_a_name(rest: &[Token<'_>]) -> usize {
    let mut end = rest[0].span.start;
    let part = |token: &&Token<'_>| {
        let joined = token.span.start == end;
        end = token.span.end;
        joined && matches!(token.kind, TokenKind::Word | TokenKind::Number | TokenKind::Variable)
    };
    let run = rest.iter().take_while(part).count();
    let has_variable = rest[..run].iter().any(|token| token.kind == TokenKind::Variable);
    if has_variable { run } else { 0 }
}

fn is_value(token: &Token<'_>) -> bool {
    let is_word = ["true", "false", "null"].iter().any(|word| token.is_word(word));
    let is_quoted = matches!(token.kind, TokenKind::StringLiteral | TokenKind::QuotedIdent);
    token.closed && (is_word || is_quoted || token.kind == TokenKind::Number)
}

#[test]
fn added_lost_and_changed_tokens_are_seen() {
    let check = |before: &str, after: &str, expect: bool| {
        assert_eq!(same_but_for_values(before, after).is_ok(), expect, "{before} → {after}");
    };
    check("SELECT ${v} FROM t", "SELECT 'x; y' FROM t", true);
    check("SELECT ${v} FROM t", "SELECT -5 FROM t", true);
    check("SELECT a_${v} FROM t", "SELECT \"a_x\" FROM t", true);
    check("SELECT ${v} FROM t", "SELECT x FROM t", false);
    check("SELECT ${v} FROM t", "SELECT 'x' FROM t; DROP TABLE t", false);
    check("SELECT '${v}' FROM t", "SELECT 'x', 'y' FROM t", false);
    check("SELECT '${v}' FROM t", "SELECT 'x' --' FROM t", false);
    check("SELECT $$${v}$$", "SELECT $q$x$q$", false);
}

#[test]
fn another_value_in_a_literal_is_seen() {
    let check = |before: &str, after: &str, value: &str, expect: bool| {
        assert_eq!(literals_hold(before, after, value).is_ok(), expect, "{before} → {after}");
    };
    check("SELECT 'a ${v}'", "SELECT 'a it''s'", "it's", true);
    check("SELECT 'a ${v}'", "SELECT 'a its'", "it's", false);
    check("SELECT \"${v}\"", "SELECT \"a\"\"b\"", "a\"b", true);
    check("SELECT $$${v}$$", "SELECT $$x$$", "xx", false);
}
