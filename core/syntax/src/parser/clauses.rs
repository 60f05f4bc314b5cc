//! The clauses that say how a step is done: `[MODE …] [OPTIONS json]`, in any order.

use crate::sql::{Token, TokenKind};
use crate::{Diagnostic, JsonObject, Relation, Spanned, WriteMode, code, suggest};

use super::cursor::{Cursor, Parse};
use super::{json, refused};

const MODES: &[&str] = &["REPLACE", "APPEND", "UPSERT", "DELETE", "MERGE", "INCREMENTAL"];

/// The statement that the clauses belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writer {
    Load,
    Create(Relation),
    Export,
}

#[derive(Default)]
pub(super) struct Clauses {
    pub(super) mode: Option<Spanned<WriteMode>>,
    pub(super) options: Option<JsonObject>,
}

impl Clauses {
    /// Takes the clauses that stand at the cursor, if any.
    pub(super) fn read(cursor: &mut Cursor<'_>, writer: Writer) -> Parse<Self> {
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
                "MODE" => clauses.mode = mode(cursor, &keyword, writer),
                _ => refused::incremental(cursor, &keyword),
            }
            seen.push(clause);
        }
        Ok(clauses)
    }
}

fn mode(
    cursor: &mut Cursor<'_>,
    keyword: &Token<'_>,
    writer: Writer,
) -> Option<Spanned<WriteMode>> {
    let Some(word) = cursor.eat_word(MODES) else {
        unknown_mode(cursor);
        return None;
    };
    let span = keyword.span.to(word.span);
    match word.text.to_ascii_uppercase().as_str() {
        "REPLACE" if writer == Writer::Load => Some(Spanned::new(WriteMode::Replace, span)),
        "APPEND" if writer == Writer::Load => Some(Spanned::new(WriteMode::Append, span)),
        _ => {
            refused::mode(cursor, keyword, &word, writer);
            None
        }
    }
}

fn unknown_mode(cursor: &mut Cursor<'_>) {
    let diagnostic = cursor.expected(code::UNKNOWN_MODE, "REPLACE or APPEND after MODE");
    let word = cursor.peek().filter(|token| token.kind == TokenKind::Word && !token.is_word("AS"));
    let near = word.and_then(|word| suggest(word.text, MODES.iter().copied()));
    if word.is_some() {
        cursor.advance();
    }
    cursor.report(match near {
        Some(mode) => diagnostic.or_help(&format!("did you mean {mode}?")),
        None => diagnostic.or_help("the write modes are REPLACE (the default) and APPEND"),
    });
}

fn repeated(keyword: &Token<'_>, clause: &str) -> Diagnostic {
    let message = format!("{clause} stands twice in this statement");
    Diagnostic::error(code::REPEATED_CLAUSE, message, keyword.span)
        .help("keep one of them; PARAMS is another word for OPTIONS")
}
