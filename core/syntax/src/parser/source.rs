//! `SOURCE name ( TYPE connector PARAMS json | FROM "connection" [OPTIONS json] )`

use crate::{Diagnostic, JsonObject, Origin, Source, code};

use super::cursor::{Cursor, Parse};
use super::json;
use super::name::{connector, name};
use super::text::string;

pub(super) const FORM: &str = "write SOURCE name TYPE connector PARAMS { … }, or SOURCE name FROM \
                               \"connection\" OPTIONS { … }";

pub(super) fn source(cursor: &mut Cursor<'_>) -> Parse<Source> {
    cursor.advance();
    let name = name(cursor, "a name after SOURCE")?;
    let keyword = cursor.expect_word(&["TYPE", "FROM", "USING"], "after the name of the source")?;
    let origin = if keyword.is_word("TYPE") { of_type(cursor)? } else { of_connection(cursor)? };
    refuse_mix(cursor)?;
    Ok(Source { name, origin })
}

fn of_type(cursor: &mut Cursor<'_>) -> Parse<Origin> {
    let connector = connector(cursor)?;
    refuse_mix(cursor)?;
    let keyword = cursor.expect_word(&["PARAMS", "OPTIONS"], "after the connector");
    keyword.map_err(|found| found.or_help("write PARAMS { … }, or PARAMS {} if it needs none"))?;
    Ok(Origin::Type { connector, params: json::object(cursor)? })
}

fn of_connection(cursor: &mut Cursor<'_>) -> Parse<Origin> {
    let name = string(cursor, "a connection in quotes after FROM")?;
    refuse_mix(cursor)?;
    Ok(Origin::Connection { name, options: options(cursor)? })
}

/// Takes `OPTIONS { … }`, if it stands there.
fn options(cursor: &mut Cursor<'_>) -> Parse<Option<JsonObject>> {
    match cursor.eat_word(&["OPTIONS", "PARAMS"]) {
        Some(_) => json::object(cursor).map(Some),
        None => Ok(None),
    }
}

fn refuse_mix(cursor: &mut Cursor<'_>) -> Parse<()> {
    let Some(second) = cursor.eat_word(&["TYPE", "FROM", "USING"]) else {
        return Ok(());
    };
    let message = "a source has either a connector (TYPE) or a connection (FROM), not both";
    Err(Diagnostic::error(code::MIXED_FORMS, message, second.span))
}
