//! The clauses that say how a step is done, in any order:
//! `[INCREMENTAL BY …] [MODE …] [OPTIONS json]`.

use crate::sql::Token;
use crate::{Diagnostic, JsonObject, ReadClause, Spanned, WriteMode, code};

use super::cursor::{Cursor, Parse};
use super::{json, mode, read};

#[derive(Default)]
pub(super) struct Clauses {
    pub(super) read: Option<ReadClause>,
    pub(super) write: Option<Spanned<WriteMode>>,
    pub(super) options: Option<JsonObject>,
}

impl Clauses {
    /// Takes the clauses that stand at the cursor, if any.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Parse<Self> {
        let (mut clauses, mut seen) = (Self::default(), Vec::new());
        while let Some(keyword) = cursor.eat_word(&["INCREMENTAL", "MODE", "OPTIONS", "PARAMS"]) {
            let clause = match keyword.text.to_ascii_uppercase().as_str() {
                "PARAMS" => "OPTIONS".to_owned(),
                clause => clause.to_owned(),
            };
            if seen.contains(&clause) {
                cursor.report(repeated(&keyword, &clause));
            }
            match clause.as_str() {
                "OPTIONS" => clauses.options = Some(json::object(cursor)?),
                "MODE" => clauses.take_mode(cursor, &keyword)?,
                _ => clauses.take_read(cursor, &keyword)?,
            }
            seen.push(clause);
        }
        Ok(clauses)
    }

    fn take_mode(&mut self, cursor: &mut Cursor<'_>, keyword: &Token<'_>) -> Parse<()> {
        let Some(mode) = mode::mode(cursor, keyword)? else { return Ok(()) };
        self.write = Some(mode.write);
        if mode.read.is_some() && self.read.is_some() {
            cursor.report(repeated(keyword, "INCREMENTAL"));
        }
        self.read = mode.read.or(self.read.take());
        Ok(())
    }

    fn take_read(&mut self, cursor: &mut Cursor<'_>, keyword: &Token<'_>) -> Parse<()> {
        let by_mode = self.read.as_ref().is_some_and(|read| self.is_of_mode(read));
        if by_mode {
            cursor.report(repeated(keyword, "INCREMENTAL"));
        }
        self.read = Some(read::incremental(cursor, keyword)?);
        Ok(())
    }

    /// Whether a read clause is the one that `MODE INCREMENTAL BY …` stands for.
    fn is_of_mode(&self, read: &ReadClause) -> bool {
        self.write.as_ref().is_some_and(|write| write.span == read.span)
    }
}

fn repeated(keyword: &Token<'_>, clause: &str) -> Diagnostic {
    let message = format!("{clause} stands twice in this statement");
    let help = match clause {
        "OPTIONS" => "keep one of them; PARAMS is another word for OPTIONS",
        "INCREMENTAL" => "keep one of them; MODE INCREMENTAL BY says it too",
        _ => "keep one of them",
    };
    Diagnostic::error(code::REPEATED_CLAUSE, message, keyword.span).help(help)
}
