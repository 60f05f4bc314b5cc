//! `LOAD table FROM source [MODE …] [OPTIONS json]`

use crate::Load;

use super::clauses::{Clauses, Writer};
use super::cursor::{Cursor, Parse};
use super::name::{name, table};
use super::refused;

pub(super) const FORM: &str =
    "write LOAD table FROM source [MODE REPLACE | APPEND] [OPTIONS { … }]";

pub(super) fn load(cursor: &mut Cursor<'_>) -> Parse<Load> {
    cursor.advance();
    let table = table(cursor, "a table name after LOAD")?;
    refused::column_list(cursor)?;
    cursor.expect_word(&["FROM", "USING"], "after the table name")?;
    let source = name(cursor, "the name of a source after FROM")?;
    refused::filter(cursor);
    let Clauses { mode, options } = Clauses::read(cursor, Writer::Load)?;
    Ok(Load { table, source, mode, options })
}
