//! `INCLUDE "file.sf" [AS name]`

use crate::Include;

use super::cursor::{Cursor, Parse};
use super::name::name;
use super::text::string;

pub(super) const FORM: &str = "write INCLUDE \"file.sf\"";

pub(super) fn include(cursor: &mut Cursor<'_>) -> Parse<Include> {
    cursor.advance();
    let path = string(cursor, "a file in quotes after INCLUDE")?;
    let alias = match cursor.eat_word(&["AS"]) {
        Some(_) => Some(name(cursor, "a name after AS")?),
        None => None,
    };
    Ok(Include { path, alias })
}
