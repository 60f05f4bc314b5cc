//! `LOAD table [( columns )] FROM source [WHERE predicate] [INCREMENTAL BY …] [MODE …] [OPTIONS json]`

use crate::{Ident, Load, Sql, code};

use super::body::Body;
use super::clauses::Clauses;
use super::cursor::{Cursor, Parse};
use super::name::{name, names, table};

pub(super) const FORM: &str = "write LOAD table FROM source, then [WHERE …] [INCREMENTAL BY column] \
                               [MODE …] [OPTIONS { … }]";

pub(super) fn load(cursor: &mut Cursor<'_>) -> Parse<Load> {
    cursor.advance();
    let table = table(cursor, "a table name after LOAD")?;
    let columns = columns(cursor)?;
    cursor.expect_word(&["FROM", "USING"], "after the table name")?;
    let source = name(cursor, "the name of a source after FROM")?;
    let filter = filter(cursor)?;
    let Clauses { read, write, options } = Clauses::read(cursor)?;
    Ok(Load { table, source, columns, filter, read, write, options })
}

fn columns(cursor: &mut Cursor<'_>) -> Parse<Vec<Ident>> {
    if !cursor.eat_symbol('(') {
        return Ok(Vec::new());
    }
    let columns = names(cursor, "a column to load")?;
    match cursor.eat_symbol(')') {
        true => Ok(columns),
        false => Err(cursor.expected(code::EXPECTED_KEYWORD, "`)` after the column names")),
    }
}

fn filter(cursor: &mut Cursor<'_>) -> Parse<Option<Sql>> {
    if cursor.eat_word(&["WHERE"]).is_none() {
        return Ok(None);
    }
    let body = Body::of_filter(cursor)?;
    let Some(filter) = body.sql(cursor.text(), body.clauses_at()) else {
        return Err(cursor.expected(code::EMPTY_QUERY, "a predicate after WHERE"));
    };
    cursor.seek(filter.span.end);
    Ok(Some(filter))
}
