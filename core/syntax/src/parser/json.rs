//! JSON after PARAMS and OPTIONS, with comments, trailing commas and bare `${n}`.

mod escape;

use std::collections::HashSet;

use crate::sql::{Token, TokenKind};
use crate::{Diagnostic, Json, JsonEntry, JsonKind, JsonObject, Span, Spanned, code};

use super::cursor::{Cursor, Parse};
use super::text::on_one_line;

/// How many brackets may stand inside each other. Values are read by recursion, so a limit keeps
/// hostile text from exhausting the stack.
const DEEPEST: usize = 64;

/// Takes `{ … }`.
pub(super) fn object(cursor: &mut Cursor<'_>) -> Parse<JsonObject> {
    match cursor.peek() {
        Some(token) if token.is_symbol('{') => object_at(cursor, 1),
        _ => Err(cursor
            .expected(code::EXPECTED_OBJECT, "`{` after PARAMS or OPTIONS")
            .or_help("write PARAMS { \"key\": value }")),
    }
}

fn object_at(cursor: &mut Cursor<'_>, depth: usize) -> Parse<JsonObject> {
    let (mut entries, mut keys) = (Vec::new(), HashSet::new());
    let span = items(cursor, depth, |cursor| {
        let entry = entry(cursor, depth)?;
        if keys.insert(entry.key.value.clone()) {
            entries.push(entry);
        } else {
            cursor.report(duplicate(&entry.key));
        }
        Ok(())
    })?;
    Ok(JsonObject { entries, span })
}

fn list_at(cursor: &mut Cursor<'_>, depth: usize) -> Parse<Json> {
    let mut values = Vec::new();
    let span = items(cursor, depth, |cursor| {
        values.push(value(cursor, depth)?);
        Ok(())
    })?;
    Ok(Json { kind: JsonKind::List(values), span })
}

/// Takes what stands between two brackets, commas between; returns where all of it stands.
fn items<'t>(
    cursor: &mut Cursor<'t>,
    depth: usize,
    mut item: impl FnMut(&mut Cursor<'t>) -> Parse<()>,
) -> Parse<Span> {
    let Some(open) = cursor.advance() else {
        return Err(cursor.expected(code::JSON_SYNTAX, "`{`"));
    };
    if depth > DEEPEST {
        return Err(too_deep(open.span));
    }
    let close = if open.is_symbol('{') { '}' } else { ']' };
    let mut comma = true;
    while !cursor.eat_symbol(close) {
        refuse_end(cursor, &open)?;
        if !comma {
            return Err(missing_comma(cursor, close));
        }
        item(cursor)?;
        comma = cursor.eat_symbol(',');
    }
    Ok(Span::new(open.span.start, cursor.last_end()))
}

fn entry(cursor: &mut Cursor<'_>, depth: usize) -> Parse<JsonEntry> {
    let key = match cursor.peek().filter(|token| token.kind == TokenKind::QuotedIdent) {
        Some(token) => string(cursor, token)?,
        None => {
            let diagnostic = cursor.expected(code::JSON_SYNTAX, "a key in double quotes");
            return Err(diagnostic.or_help("keys stand in double quotes: { \"name\": \"value\" }"));
        }
    };
    if !cursor.eat_symbol(':') {
        return Err(cursor
            .expected(code::JSON_SYNTAX, "`:` after the key")
            .or_help("write \"key\": value"));
    }
    Ok(JsonEntry { key, value: value(cursor, depth)? })
}

fn value(cursor: &mut Cursor<'_>, depth: usize) -> Parse<Json> {
    let Some(token) = cursor.peek().filter(|token| token.closed) else {
        return Err(cursor.expected(code::JSON_SYNTAX, "a value"));
    };
    let kind = match (token.kind, token.text) {
        (_, "{") => {
            let object = object_at(cursor, depth + 1)?;
            return Ok(Json { span: object.span, kind: JsonKind::Object(object) });
        }
        (_, "[") => return list_at(cursor, depth + 1),
        (TokenKind::QuotedIdent, _) => {
            let Spanned { value, span } = string(cursor, token)?;
            return Ok(Json { kind: JsonKind::Text(value), span });
        }
        (TokenKind::Number, _) | (_, "-") => return number(cursor, token),
        (TokenKind::Variable, text) => JsonKind::Reference(text.to_owned()),
        (_, "true") => JsonKind::Bool(true),
        (_, "false") => JsonKind::Bool(false),
        (_, "null") => JsonKind::Null,
        _ => return Err(not_a_value(cursor, &token)),
    };
    cursor.advance();
    Ok(Json { kind, span: token.span })
}

fn string(cursor: &mut Cursor<'_>, token: Token<'_>) -> Parse<Spanned<String>> {
    on_one_line(cursor, &token)?;
    if !token.closed {
        return Err(cursor.unclosed(&token));
    }
    cursor.advance();
    let inner = &token.text[1..token.text.len() - 1];
    let text = escape::resolve(inner, token.span.start + 1).unwrap_or_else(|diagnostic| {
        cursor.report(diagnostic);
        inner.to_owned()
    });
    Ok(Spanned::new(text, token.span))
}

/// Takes a number with its sign. What is not a number to JSON, such as `01` or `1_000`, is refused.
fn number(cursor: &mut Cursor<'_>, first: Token<'_>) -> Parse<Json> {
    cursor.advance();
    let digits = match cursor.peek() {
        Some(next) if first.is_symbol('-') && next.kind == TokenKind::Number => {
            cursor.advance();
            next
        }
        _ => first,
    };
    let span = first.span.to(digits.span);
    let text = &cursor.text()[span.range()];
    if is_number(text) {
        return Ok(Json { kind: JsonKind::Number(text.to_owned()), span });
    }
    let message = format!("`{text}` is not a number in JSON");
    Err(Diagnostic::error(code::JSON_SYNTAX, message, span)
        .help("write digits with an optional fraction and exponent, or text in double quotes"))
}

fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && digits(fraction)
        && digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
}

/// Refuses the end of the statement, or of the file, before the closing bracket.
fn refuse_end(cursor: &mut Cursor<'_>, open: &Token<'_>) -> Parse<()> {
    if cursor.peek().is_some_and(|token| !token.is_symbol(';')) {
        return Ok(());
    }
    let message = format!("this `{}` is not closed before the statement ends", open.text);
    Err(Diagnostic::error(code::UNCLOSED_BRACKET, message, open.span)
        .label("opened here")
        .help("close it"))
}

fn missing_comma(cursor: &mut Cursor<'_>, close: char) -> Diagnostic {
    cursor
        .expected(code::JSON_SYNTAX, &format!("`,` or `{close}`"))
        .or_help("put commas between items, and text in double quotes")
}

fn not_a_value(cursor: &mut Cursor<'_>, token: &Token<'_>) -> Diagnostic {
    let lower = token.text.to_ascii_lowercase();
    let help = match (token.kind, lower.as_str()) {
        (TokenKind::Word, "true" | "false" | "null") => format!("write {lower}"),
        (TokenKind::Word, "none" | "nil") => "write null".to_owned(),
        _ => "text stands in double quotes: \"value\"".to_owned(),
    };
    cursor.expected(code::JSON_SYNTAX, "a value").or_help(&help)
}

fn duplicate(key: &Spanned<String>) -> Diagnostic {
    let message = format!("the key \"{}\" stands twice in this object", key.value);
    Diagnostic::error(code::JSON_DUPLICATE_KEY, message, key.span).help("keep one of them")
}

fn too_deep(span: Span) -> Diagnostic {
    let message = format!("more than {DEEPEST} brackets are open here");
    Diagnostic::error(code::JSON_DEPTH, message, span).help("make the value flatter")
}
