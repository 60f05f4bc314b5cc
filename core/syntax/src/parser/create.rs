//! `CREATE [OR REPLACE] ( TABLE | VIEW ) name [INCREMENTAL BY …] [MODE …] [OPTIONS json]
//! AS query`

use crate::{Create, Relation, code};

use super::body::Body;
use super::clauses::Clauses;
use super::cursor::{Cursor, Parse};
use super::name::table;

pub(super) const FORM: &str =
    "a table is made from a query: write CREATE [OR REPLACE] TABLE name AS SELECT …";

pub(super) fn create(cursor: &mut Cursor<'_>) -> Parse<Create> {
    cursor.advance();
    let or_replace = cursor.eat_word(&["OR"]).is_some();
    if or_replace {
        cursor.expect_word(&["REPLACE"], "after CREATE OR")?;
    }
    let relation = match cursor.expect_word(&["TABLE", "VIEW"], "after CREATE")? {
        token if token.is_word("VIEW") => Relation::View,
        _ => Relation::Table,
    };
    let name = table(cursor, "a name for the table or view")?;
    let Clauses { read, write, options } = Clauses::read(cursor)?;
    cursor.expect_word(&["AS"], "after the table name")?;
    let body = Body::of_create(cursor)?;
    let Some(body) = body.sql(cursor.text(), body.tokens.len()) else {
        return Err(cursor.expected(code::EMPTY_QUERY, "a query after AS"));
    };
    cursor.seek(body.span.end);
    Ok(Create { or_replace, relation, name, read, write, options, body })
}
