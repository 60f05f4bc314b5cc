//! What a value looks like in SQL.

use sqlflow_profile::Value;
use sqlflow_syntax::sql::{Token, TokenKind};

/// A value where an expression can stand.
pub(super) fn expression(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Number(_) | Value::Boolean(_) | Value::Null => value.text().to_owned(),
    }
}

/// A text where only a name can stand.
pub(crate) fn identifier(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A value inside a quoted token.
pub(super) fn inside(token: &Token<'_>, text: &str) -> String {
    match token.kind {
        TokenKind::StringLiteral if token.text.starts_with('\'') => text.replace('\'', "''"),
        TokenKind::StringLiteral => text.replace('\\', "\\\\").replace('\'', "''"),
        TokenKind::QuotedIdent => text.replace('"', "\"\""),
        _ => text.to_owned(),
    }
}

/// Puts blanks around what is spliced, where it would grow together with its neighbours: a minus
/// with a minus, a quote with a quote, a word with a dollar sign.
pub(super) fn apart(before: Option<char>, spliced: &str, after: Option<char>) -> String {
    let (first, last) = (spliced.chars().next(), spliced.chars().next_back());
    let left = if grow_together(before, first) { " " } else { "" };
    let right = if grow_together(last, after) { " " } else { "" };
    format!("{left}{spliced}{right}")
}

fn grow_together(left: Option<char>, right: Option<char>) -> bool {
    match (left, right) {
        (Some(left), Some('-')) => "+-*/<>=~!@#%^&|`?:$".contains(left),
        (Some('&'), Some('\'' | '"')) => true,
        (Some(left @ ('\'' | '"')), Some(right)) => left == right,
        // The only letter that can follow is that of `E'…'`.
        (Some(left), Some(right)) if right == '$' || right.is_alphabetic() => {
            left.is_alphanumeric()
        }
        _ => false,
    }
}
