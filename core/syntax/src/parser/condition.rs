//! `a == b`, `a IN (b, …)`, `a IS [NOT] NULL`, joined by AND, OR and NOT.

use crate::ast::{Comparison, Condition, ConditionKind, Operand, OperandKind};
use crate::sql::{Token, TokenKind};
use crate::{Diagnostic, Span, code};

use super::cursor::{Cursor, Parse};
use super::text::{is_string, on_one_line, unquote};

/// How many brackets and NOTs may stand inside each other; as for JSON, values are read by recursion.
pub(super) const DEEPEST: usize = 64;

const FORM: &str = "a condition compares values: write ${name} == 'value', and join comparisons \
                    with AND, OR, NOT and brackets";

/// Takes the condition between IF and THEN.
pub(super) fn condition(cursor: &mut Cursor<'_>) -> Parse<Condition> {
    any_of(cursor, 1).map_err(|diagnostic| diagnostic.or_help(FORM))
}

/// What to write where something else stands behind a condition.
pub(super) fn form() -> &'static str {
    FORM
}

fn any_of(cursor: &mut Cursor<'_>, depth: usize) -> Parse<Condition> {
    joined(cursor, "OR", ConditionKind::Or, |cursor| all_of(cursor, depth))
}

fn all_of(cursor: &mut Cursor<'_>, depth: usize) -> Parse<Condition> {
    joined(cursor, "AND", ConditionKind::And, |cursor| single(cursor, depth))
}

fn joined<'t>(
    cursor: &mut Cursor<'t>,
    word: &str,
    join: fn(Vec<Condition>) -> ConditionKind,
    part: impl Fn(&mut Cursor<'t>) -> Parse<Condition>,
) -> Parse<Condition> {
    let first = part(cursor)?;
    let (mut span, mut parts) = (first.span, vec![first]);
    while cursor.eat_word(&[word]).is_some() {
        let next = part(cursor)?;
        span = span.to(next.span);
        parts.push(next);
    }
    match <[Condition; 1]>::try_from(parts) {
        Ok([only]) => Ok(only),
        Err(parts) => Ok(Condition { kind: join(parts), span }),
    }
}

/// Takes a condition with no AND or OR outside of brackets.
fn single(cursor: &mut Cursor<'_>, depth: usize) -> Parse<Condition> {
    let Some(first) = cursor.peek() else {
        return Err(expected_value(cursor));
    };
    if depth > DEEPEST {
        return Err(too_deep("conditions", first.span));
    }
    if cursor.eat_word(&["NOT"]).is_some() {
        let inner = single(cursor, depth + 1)?;
        let span = first.span.to(inner.span);
        return Ok(Condition { kind: ConditionKind::Not(Box::new(inner)), span });
    }
    if cursor.eat_symbol('(') {
        let inner = any_of(cursor, depth + 1)?;
        close(cursor)?;
        return Ok(Condition { span: Span::new(first.span.start, cursor.last_end()), ..inner });
    }
    let kind = comparison(cursor)?;
    refuse_chain(cursor)?;
    Ok(Condition { kind, span: Span::new(first.span.start, cursor.last_end()) })
}

fn comparison(cursor: &mut Cursor<'_>) -> Parse<ConditionKind> {
    let value = operand(cursor)?;
    if cursor.eat_word(&["IS"]).is_some() {
        let negated = cursor.eat_word(&["NOT"]).is_some();
        cursor.expect_word(&["NULL", "NONE"], "after IS")?;
        return Ok(ConditionKind::IsNull { value, negated });
    }
    let negated = cursor.eat_word(&["NOT"]).is_some();
    if cursor.eat_word(&["IN"]).is_some() {
        return Ok(ConditionKind::In { value, list: list(cursor)?, negated });
    }
    if negated {
        return Err(cursor.expected(code::CONDITION_SYNTAX, "IN after NOT"));
    }
    match relation(cursor) {
        Some(relation) => {
            Ok(ConditionKind::Compare { left: value, relation, right: operand(cursor)? })
        }
        None => Ok(ConditionKind::Value(value)),
    }
}

/// Takes `( value, … )`.
fn list(cursor: &mut Cursor<'_>) -> Parse<Vec<Operand>> {
    if !cursor.eat_symbol('(') {
        return Err(cursor.expected(code::CONDITION_SYNTAX, "`(` after IN"));
    }
    let mut values = vec![operand(cursor)?];
    while cursor.eat_symbol(',') {
        values.push(operand(cursor)?);
    }
    close(cursor)?;
    Ok(values)
}

fn close(cursor: &mut Cursor<'_>) -> Parse<()> {
    if cursor.eat_symbol(')') {
        return Ok(());
    }
    Err(cursor.expected(code::CONDITION_SYNTAX, "`)`"))
}

/// Takes a sign of comparison: one character, or two with nothing between.
pub(super) fn relation(cursor: &mut Cursor<'_>) -> Option<Comparison> {
    let first = cursor.peek()?;
    let second = cursor.peek_second().filter(|next| next.span.start == first.span.end);
    let second = second.map_or("", |next| next.text);
    let (relation, length) = match (first.text, second) {
        ("=", "=") => (Comparison::Equal, 2),
        ("!", "=") | ("<", ">") => (Comparison::NotEqual, 2),
        ("<", "=") => (Comparison::LessOrEqual, 2),
        (">", "=") => (Comparison::GreaterOrEqual, 2),
        ("=", _) => (Comparison::Equal, 1),
        ("<", _) => (Comparison::Less, 1),
        (">", _) => (Comparison::Greater, 1),
        _ => return None,
    };
    cursor.seek(first.span.start + length);
    Some(relation)
}

fn refuse_chain(cursor: &mut Cursor<'_>) -> Parse<()> {
    let Some(next) = cursor.peek() else {
        return Ok(());
    };
    if relation(cursor).is_none() {
        return Ok(());
    }
    let message = "a comparison has two sides";
    Err(Diagnostic::error(code::CONDITION_SYNTAX, message, next.span).help("write a < b AND b < c"))
}

fn operand(cursor: &mut Cursor<'_>) -> Parse<Operand> {
    let Some(token) = cursor.peek().filter(|token| token.closed) else {
        return Err(expected_value(cursor));
    };
    if is_string(&token) {
        on_one_line(cursor, &token)?;
        return Ok(taken(cursor, token.span, OperandKind::Text(unquote(token.text))));
    }
    if token.kind == TokenKind::Variable {
        return Ok(taken(cursor, token.span, OperandKind::Reference(token.text.to_owned())));
    }
    if !begins_word(&token) {
        return Err(expected_value(cursor));
    }
    let span = word_span(cursor, token);
    let kind = word(&cursor.text()[span.range()]);
    Ok(Operand { kind, span })
}

fn taken(cursor: &mut Cursor<'_>, span: Span, kind: OperandKind) -> Operand {
    cursor.advance();
    Operand { kind, span }
}

fn begins_word(token: &Token<'_>) -> bool {
    const RESERVED: &[&str] = &["AND", "OR", "NOT", "IN", "IS", "THEN", "ELSE", "END"];
    match token.kind {
        TokenKind::Word => RESERVED.iter().all(|word| !token.is_word(word)),
        TokenKind::Number => true,
        _ => token.is_symbol('-'),
    }
}

/// Takes a bare word, with all that stands without blanks behind it: `us-east-1`, `2024-01-31`.
fn word_span(cursor: &mut Cursor<'_>, first: Token<'_>) -> Span {
    cursor.advance();
    let mut span = first.span;
    while let Some(next) = cursor.peek() {
        let continues = matches!(next.kind, TokenKind::Word | TokenKind::Number)
            || ["-", ".", "/", ":"].contains(&next.text);
        if !continues || next.span.start != span.end {
            break;
        }
        cursor.advance();
        span = span.to(next.span);
    }
    span
}

fn word(text: &str) -> OperandKind {
    match text.to_ascii_lowercase().as_str() {
        "true" => OperandKind::Bool(true),
        "false" => OperandKind::Bool(false),
        "null" | "none" => OperandKind::Null,
        lower if lower.parse::<f64>().is_ok_and(f64::is_finite) => {
            OperandKind::Number(text.to_owned())
        }
        _ => OperandKind::Word(text.to_owned()),
    }
}

fn expected_value(cursor: &mut Cursor<'_>) -> Diagnostic {
    cursor.expected(code::CONDITION_SYNTAX, "a value")
}

pub(super) fn too_deep(what: &str, span: Span) -> Diagnostic {
    let message = format!("more than {DEEPEST} {what} stand inside each other here");
    Diagnostic::error(code::TOO_DEEP, message, span).help("split the pipeline in two")
}
