//! `TEST "name" ON table EXPECT … [SEVERITY ( WARN | ERROR )]`

use crate::sql::{Token, TokenKind};
use crate::{Expectation, Ident, Spanned, Sql, Test, TestSeverity, code, suggest};

use super::body::Body;
use super::condition::relation;
use super::cursor::{Cursor, Parse};
use super::name::{name, names, table};
use super::read::duration;
use super::text::string;

pub(super) const FORM: &str = "write TEST \"name\" ON table EXPECT NOT_NULL column (or UNIQUE, \
                               ACCEPTED_VALUES, RELATIONSHIPS, FRESH, ROWS, or a query that must \
                               return no row)";

const EXPECTATIONS: &[&str] =
    &["NOT_NULL", "UNIQUE", "ACCEPTED_VALUES", "RELATIONSHIPS", "FRESH", "ROWS"];

/// The words a query may begin with.
const QUERIES: &[&str] = &["SELECT", "WITH", "FROM", "VALUES", "TABLE"];

pub(super) fn test(cursor: &mut Cursor<'_>) -> Parse<Test> {
    cursor.advance();
    let name = string(cursor, "a name in quotes after TEST")?;
    cursor.expect_word(&["ON"], "after the name of the test")?;
    let table = table(cursor, "a table after ON")?;
    cursor.expect_word(&["EXPECT"], "after the table")?;
    let expect = expectation(cursor)?;
    let severity = severity(cursor)?;
    Ok(Test { name, table, expect, severity })
}

fn expectation(cursor: &mut Cursor<'_>) -> Parse<Expectation> {
    let Some(word) = cursor.eat_word(EXPECTATIONS) else {
        return query(cursor);
    };
    match word.text.to_ascii_uppercase().as_str() {
        "NOT_NULL" => columns(cursor).map(Expectation::NotNull),
        "UNIQUE" => columns(cursor).map(Expectation::Unique),
        "ACCEPTED_VALUES" => accepted_values(cursor),
        "RELATIONSHIPS" => relationships(cursor),
        "FRESH" => fresh(cursor),
        _ => rows(cursor),
    }
}

/// Takes `a, b` or `(a, b)`.
fn columns(cursor: &mut Cursor<'_>) -> Parse<Vec<Ident>> {
    let open = cursor.eat_symbol('(');
    let columns = names(cursor, "a column")?;
    if open {
        close(cursor, "`)` after the columns")?;
    }
    Ok(columns)
}

fn accepted_values(cursor: &mut Cursor<'_>) -> Parse<Expectation> {
    let column = name(cursor, "a column after ACCEPTED_VALUES")?;
    open(cursor, "`(` and the values after the column")?;
    let body = Body::of_brackets(cursor)?;
    let Some(values) = body.sql(cursor.text(), body.tokens.len()) else {
        return Err(cursor.expected(code::EMPTY_QUERY, "a value after `(`"));
    };
    cursor.seek(values.span.end);
    close(cursor, "`)` after the values")?;
    Ok(Expectation::AcceptedValues { column, values })
}

fn relationships(cursor: &mut Cursor<'_>) -> Parse<Expectation> {
    let column = name(cursor, "a column after RELATIONSHIPS")?;
    cursor.expect_word(&["REFERENCES"], "after the column")?;
    let table = table(cursor, "a table after REFERENCES")?;
    open(cursor, "`(` and a column after the table")?;
    let to = name(cursor, "a column of the other table")?;
    close(cursor, "`)` after the column")?;
    Ok(Expectation::Relationships { column, table, to })
}

fn fresh(cursor: &mut Cursor<'_>) -> Parse<Expectation> {
    let column = name(cursor, "a column after FRESH")?;
    cursor.expect_word(&["WITHIN"], "after the column")?;
    Ok(Expectation::Fresh { column, within: duration(cursor, "WITHIN")? })
}

fn rows(cursor: &mut Cursor<'_>) -> Parse<Expectation> {
    let Some(relation) = relation(cursor) else {
        return Err(cursor.expected(code::EXPECTED_KEYWORD, "a comparison such as >= after ROWS"));
    };
    let number = cursor.peek().filter(|token| token.kind == TokenKind::Number);
    let counted = number.and_then(|token| Some(Spanned::new(token.text.parse().ok()?, token.span)));
    let Some(count) = counted else {
        return Err(cursor.expected(code::EXPECTED_KEYWORD, "a number of rows"));
    };
    cursor.advance();
    Ok(Expectation::Rows { relation, count })
}

/// Takes the query up to `SEVERITY WARN` or the `;`.
fn query(cursor: &mut Cursor<'_>) -> Parse<Expectation> {
    if !cursor.peek().is_some_and(|token| begins_query(&token)) {
        return Err(unknown(cursor));
    }
    let body = Body::of_create(cursor)?;
    let count = body.tokens.len();
    let ends_in_severity = count > 2 && body.tokens[count - 2].is_word("SEVERITY");
    let Some(query) = body.sql(cursor.text(), if ends_in_severity { count - 2 } else { count })
    else {
        return Err(unknown(cursor));
    };
    let Sql { span, .. } = query;
    cursor.seek(span.end);
    Ok(Expectation::NoRows(query))
}

fn begins_query(token: &Token<'_>) -> bool {
    token.is_symbol('(') || QUERIES.iter().any(|word| token.is_word(word))
}

fn unknown(cursor: &mut Cursor<'_>) -> crate::Diagnostic {
    let diagnostic = cursor.expected(code::UNKNOWN_EXPECTATION, "what the test expects");
    let word = cursor.peek().map(|token| token.text).unwrap_or_default();
    let help = match suggest(word, EXPECTATIONS.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("write {}, or a query that must return no row", EXPECTATIONS.join(", ")),
    };
    diagnostic.or_help(&help)
}

fn severity(cursor: &mut Cursor<'_>) -> Parse<Option<Spanned<TestSeverity>>> {
    if cursor.eat_word(&["SEVERITY"]).is_none() {
        return Ok(None);
    }
    let word = cursor.expect_word(&["WARN", "ERROR"], "after SEVERITY")?;
    let severity = if word.is_word("WARN") { TestSeverity::Warn } else { TestSeverity::Error };
    Ok(Some(Spanned::new(severity, word.span)))
}

fn open(cursor: &mut Cursor<'_>, what: &str) -> Parse<()> {
    bracket(cursor, '(', what)
}

fn close(cursor: &mut Cursor<'_>, what: &str) -> Parse<()> {
    bracket(cursor, ')', what)
}

fn bracket(cursor: &mut Cursor<'_>, symbol: char, what: &str) -> Parse<()> {
    match cursor.eat_symbol(symbol) {
        true => Ok(()),
        false => Err(cursor.expected(code::EXPECTED_KEYWORD, what)),
    }
}
