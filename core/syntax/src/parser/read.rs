//! `INCREMENTAL BY column [LOOKBACK n unit]`, and `n unit` elsewhere.

use crate::sql::{Token, TokenKind};
use crate::{Diagnostic, Duration, ReadClause, Span, Spanned, TimeUnit, code, suggest};

use super::cursor::{Cursor, Parse};
use super::name::name;

/// Takes what follows INCREMENTAL; `keyword` is where the clause begins.
pub(super) fn incremental(cursor: &mut Cursor<'_>, keyword: &Token<'_>) -> Parse<ReadClause> {
    cursor.expect_word(&["BY"], "and a column after INCREMENTAL")?;
    let column = name(cursor, "the column that orders the rows after BY")?;
    let lookback = match cursor.eat_word(&["LOOKBACK"]) {
        Some(_) => Some(duration(cursor, "LOOKBACK")?),
        None => None,
    };
    Ok(ReadClause { column, lookback, span: Span::new(keyword.span.start, cursor.last_end()) })
}

/// Takes `n unit`; `after` is the keyword before it.
pub(super) fn duration(cursor: &mut Cursor<'_>, after: &str) -> Parse<Spanned<Duration>> {
    let what = format!("a number and a unit after {after}");
    let amount = match cursor.peek() {
        Some(token) if token.kind == TokenKind::Number => token,
        _ => return Err(no_duration(cursor, &what)),
    };
    let Ok(count) = amount.text.parse() else {
        return Err(no_duration(cursor, &what));
    };
    cursor.advance();
    let Some(word) = cursor.peek().filter(|token| token.kind == TokenKind::Word) else {
        return Err(no_duration(cursor, "a unit of time"));
    };
    let Some(unit) = unit(&word) else {
        return Err(unknown_unit(cursor, &word));
    };
    cursor.advance();
    Ok(Spanned::new(Duration { amount: count, unit }, amount.span.to(word.span)))
}

fn unit(word: &Token<'_>) -> Option<TimeUnit> {
    let is = |unit: &TimeUnit| word.is_word(unit.word()) || word.is_word(&plural(*unit));
    TimeUnit::ALL.into_iter().find(is)
}

fn plural(unit: TimeUnit) -> String {
    format!("{}S", unit.word())
}

fn no_duration(cursor: &mut Cursor<'_>, what: &str) -> Diagnostic {
    cursor.expected(code::EXPECTED_DURATION, what).or_help("write it as in 7 DAYS, without quotes")
}

fn unknown_unit(cursor: &mut Cursor<'_>, word: &Token<'_>) -> Diagnostic {
    let words: Vec<String> = TimeUnit::ALL.into_iter().map(plural).collect();
    let units = words.join(", ");
    let near = suggest(word.text, words.iter().map(String::as_str));
    let help = match near {
        Some(near) => format!("did you mean {near}? There are: {units}"),
        None => format!("the units are: {units}"),
    };
    cursor.expected(code::EXPECTED_DURATION, "a unit of time").or_help(&help)
}
