//! `EXPORT ( query | table ) TO "place" ( TYPE connector | USING "connection" ) [MODE …]
//! [OPTIONS json]`

use crate::sql::Token;
use crate::{Diagnostic, Export, Exported, Span, Via, code};

use super::body::Body;
use super::clauses::Clauses;
use super::cursor::{Cursor, Parse};
use super::name::{connector, is_name, table};
use super::text::{is_string, string};

pub(super) const FORM: &str = "write EXPORT table (or a query) TO \"place\" TYPE connector, or TO \
                               \"place\" USING \"connection\"";

pub(super) fn export(cursor: &mut Cursor<'_>) -> Parse<Export> {
    cursor.advance();
    let body = Body::of_export(cursor)?;
    let Some(to) = find_to(&body) else {
        return Err(no_place(cursor, &body));
    };
    let what = exported(cursor, &body, to)?;
    cursor.seek(body.tokens[to].span.end);
    let place = string(cursor, "a place in quotes after TO")?;
    let via = via(cursor)?;
    let Clauses { read, write, options } = Clauses::read(cursor)?;
    Ok(Export { what, place, via, read, write, options })
}

/// The TO that ends the query: the first one followed by a place and its connector, else (something
/// is missing) the last one followed by a string.
fn find_to(body: &Body<'_>) -> Option<usize> {
    let with_place =
        |index: &usize| body.is_to(*index) && body.tokens.get(index + 1).is_some_and(is_string);
    let all = 0..body.tokens.len();
    all.clone()
        .find(|index| with_place(index) && has_connector(&body.tokens[index + 2..]))
        .or_else(|| all.rev().find(with_place))
}

/// Whether `tokens` begin with TYPE or USING and what belongs to it. After FROM a query could go on,
/// so it has to end the statement.
fn has_connector(tokens: &[Token<'_>]) -> bool {
    let [keyword, value, rest @ ..] = tokens else {
        return false;
    };
    match keyword.text.to_ascii_uppercase().as_str() {
        "TYPE" => is_name(value) || is_string(value),
        "USING" => is_string(value),
        "FROM" => is_string(value) && rest.first().is_none_or(|next| next.is_word("MODE")),
        _ => false,
    }
}

fn exported(cursor: &mut Cursor<'_>, body: &Body<'_>, to: usize) -> Parse<Exported> {
    let alternates = body.tokens[..to].iter().enumerate().all(|(index, token)| match index % 2 {
        0 => is_name(token),
        _ => token.is_symbol('.'),
    });
    if alternates && to % 2 == 1 {
        return table(cursor, "the table to export").map(Exported::Table);
    }
    match body.sql(cursor.text(), to) {
        Some(query) => Ok(Exported::Query(query)),
        None => Err(no_query(cursor)),
    }
}

fn via(cursor: &mut Cursor<'_>) -> Parse<Via> {
    let keyword = cursor.expect_word(&["TYPE", "USING", "FROM"], "after the place")?;
    let via = if keyword.is_word("TYPE") {
        Via::Type(connector(cursor)?)
    } else {
        Via::Connection(string(cursor, "a connection in quotes after USING")?)
    };
    let Some(second) = cursor.eat_word(&["TYPE", "USING", "FROM"]) else {
        return Ok(via);
    };
    let message = "an export has either a connector (TYPE) or a connection (USING), not both";
    Err(Diagnostic::error(code::MIXED_FORMS, message, second.span))
}

fn no_query(cursor: &mut Cursor<'_>) -> Diagnostic {
    cursor.expected(code::EMPTY_QUERY, "a query or a table after EXPORT")
}

/// Says whether TO is missing, or the quotes around what follows it.
fn no_place(cursor: &mut Cursor<'_>, body: &Body<'_>) -> Diagnostic {
    let last_to = (0..body.tokens.len()).rev().find(|index| body.is_to(*index));
    if let Some(to) = last_to {
        cursor.seek(body.tokens[to].span.end);
        return cursor.expected(code::EXPECTED_STRING, "a place in quotes after TO");
    }
    let Some(end) = body.tokens.last().map(|last| last.span.end) else {
        return no_query(cursor);
    };
    cursor.seek(end);
    let message = "expected TO \"place\" to end the query of EXPORT";
    Diagnostic::error(code::EXPECTED_KEYWORD, message, Span::at(end))
}
