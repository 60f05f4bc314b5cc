//! Statements, one file each; this one walks over them and goes on after an error.

mod block;
mod body;
mod clauses;
mod condition;
mod create;
mod cursor;
mod export;
mod include;
mod json;
mod load;
mod mode;
mod name;
mod read;
mod set;
mod source;
mod test;
mod text;

#[cfg(test)]
mod work_tests;

use crate::sql::{Token, TokenKind};
use crate::{Diagnostic, Pipeline, Span, Statement, StatementKind, code, suggest};

use cursor::{Cursor, Parse};

/// What a text says, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The statements that could be made out. Worth running only if no diagnostic is an error.
    pub pipeline: Pipeline,
    /// Everything found wrong, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a pipeline.
///
/// Never fails and never panics: whatever cannot be read is told by a diagnostic, and reading goes
/// on after the next `;`. Takes time linear in the length of the text.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    parse_from(text, 0)
}

/// As [`parse`], for what stands from the offset `start` on; every place is one in the whole text.
#[must_use]
pub fn parse_from(text: &str, start: usize) -> Parsed {
    let mut cursor = Cursor::new(text);
    cursor.seek(start);
    let statements = block::statements(&mut cursor, 0);
    let mut diagnostics = cursor.into_diagnostics();
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    Parsed { pipeline: Pipeline { statements }, diagnostics }
}

const STATEMENTS: &[&str] = &["SOURCE", "LOAD", "CREATE", "EXPORT", "SET", "INCLUDE", "IF", "TEST"];

/// Whether `token` begins a statement, or ends a branch of an IF.
fn begins_or_ends(token: &Token<'_>) -> bool {
    STATEMENTS.iter().any(|keyword| token.is_word(keyword)) || block::is_block_word(token)
}

fn statement(
    cursor: &mut Cursor<'_>,
    first: Token<'_>,
    depth: usize,
    statements: &mut Vec<Statement>,
) -> Parse<()> {
    let word = if first.kind == TokenKind::Word { first.text } else { "" };
    let keyword = word.to_ascii_uppercase();
    let kind = match keyword.as_str() {
        "SOURCE" => source::source(cursor).map(StatementKind::Source),
        "LOAD" => load::load(cursor).map(StatementKind::Load),
        "CREATE" => create::create(cursor).map(StatementKind::Create),
        "EXPORT" => export::export(cursor).map(StatementKind::Export),
        "SET" => set::set(cursor).map(StatementKind::Set),
        "INCLUDE" => include::include(cursor).map(StatementKind::Include),
        "TEST" => test::test(cursor).map(StatementKind::Test),
        "IF" => block::if_block(cursor, depth).map(StatementKind::If),
        _ if block::is_misspelt_if(cursor, &first) => {
            let diagnostic = unknown(cursor, &keyword);
            cursor.report(diagnostic);
            block::if_block(cursor, depth).map(StatementKind::If)
        }
        _ => return Err(unknown(cursor, &keyword)),
    }?;
    let span = Span::new(first.span.start, cursor.last_end());
    statements.push(Statement { kind, span });
    finish(cursor, &keyword)
}

/// How the statement that begins with `first` is written.
fn form(first: &Token<'_>) -> &'static str {
    match first.text.to_ascii_uppercase().as_str() {
        "SOURCE" => source::FORM,
        "LOAD" => load::FORM,
        "CREATE" => create::FORM,
        "EXPORT" => export::FORM,
        "SET" => set::FORM,
        "IF" => block::FORM,
        "INCLUDE" => include::FORM,
        "TEST" => test::FORM,
        _ => "a statement begins with SOURCE, LOAD, CREATE, EXPORT, SET, INCLUDE, IF or TEST",
    }
}

/// Reads the `;` that ends a statement; where the next statement begins instead, it is only missing.
fn finish(cursor: &mut Cursor<'_>, keyword: &str) -> Parse<()> {
    if cursor.eat_symbol(';') {
        return Ok(());
    }
    match cursor.peek() {
        Some(next) if !begins_or_ends(&next) => Err(trailing(cursor, keyword, next)),
        _ => {
            cursor.report(missing_semicolon(keyword, cursor.last_end()));
            Ok(())
        }
    }
}

fn missing_semicolon(keyword: &str, end: usize) -> Diagnostic {
    let message = format!("expected `;` after the {keyword} statement");
    Diagnostic::error(code::MISSING_SEMICOLON, message, Span::at(end))
        .label("the statement ends here")
        .help("end every statement with `;`")
}

fn trailing(cursor: &mut Cursor<'_>, keyword: &str, next: Token<'_>) -> Diagnostic {
    let what = format!("`;` after the {keyword} statement");
    let diagnostic = cursor.expected(code::TRAILING_TEXT, &what);
    let near = suggest(next.text, ["MODE", "OPTIONS", "PARAMS", "INCREMENTAL", "WHERE", "USING"]);
    diagnostic.or_help(&match near.filter(|clause| !next.is_word(clause)) {
        Some(clause) => format!("did you mean {clause}?"),
        None => "end the statement here, or remove what follows".to_owned(),
    })
}

fn unknown(cursor: &mut Cursor<'_>, keyword: &str) -> Diagnostic {
    let diagnostic = cursor.expected(code::UNKNOWN_STATEMENT, "a statement");
    match suggest(keyword, STATEMENTS.iter().copied()) {
        Some(statement) => diagnostic.or_help(&format!("did you mean {statement}?")),
        None => diagnostic.or_help(remedy(keyword)),
    }
}

fn remedy(keyword: &str) -> &'static str {
    match keyword {
        "SELECT" | "WITH" | "FROM" | "VALUES" | "INSERT" | "TABLE" | "MERGE" => {
            "write CREATE TABLE name AS SELECT … to keep the rows, or EXPORT SELECT … TO \"place\" TYPE \
             connector to send them"
        }
        "UPDATE" | "DELETE" | "DROP" | "ALTER" | "TRUNCATE" => {
            "a pipeline makes tables from queries: write CREATE OR REPLACE TABLE name AS SELECT …"
        }
        "ELSE" | "ELSEIF" | "END" | "ENDIF" => {
            "this belongs to an IF, and none is open (ELSE IF on one line goes on with its IF and has \
             no END IF of its own)"
        }
        _ => "a statement begins with SOURCE, LOAD, CREATE, EXPORT, SET, INCLUDE or IF",
    }
}
