//! Statements one after the other, and IF, which has statements inside.

use crate::sql::{Rules, Token, TokenKind, Tokens};
use crate::{Branch, Diagnostic, If, Statement, code, suggest};

use super::condition::{self, condition};
use super::cursor::{Cursor, Parse};
use super::{form, statement, unknown};

pub(super) const FORM: &str = "write IF condition THEN …; ELSE IF condition THEN …; ELSE …; END IF";

/// Takes statements up to the end of the text, or inside `depth` IFs up to what ends the branch.
/// Goes on after an error.
pub(super) fn statements(cursor: &mut Cursor<'_>, depth: usize) -> Vec<Statement> {
    let mut statements = Vec::new();
    while let Some(first) = cursor.peek() {
        if cursor.eat_symbol(';') {
            continue;
        }
        if depth > 0 && (is_block_word(&first) || is_misspelt_end(cursor, &first)) {
            break;
        }
        if let Err(diagnostic) = statement(cursor, first, depth, &mut statements) {
            cursor.report(diagnostic.or_help(form(&first)));
            cursor.recover();
        }
    }
    statements
}

/// Whether `token` ends a branch of an IF.
pub(super) fn is_block_word(token: &Token<'_>) -> bool {
    ["ELSE", "ELSEIF", "END", "ENDIF"].iter().any(|word| token.is_word(word))
}

/// Whether `first` is to be END or ENDIF, which is reported: the block ends here all the same.
fn is_misspelt_end(cursor: &mut Cursor<'_>, first: &Token<'_>) -> bool {
    let Some(second) = cursor.peek_second() else { return false };
    let (word, end) = match second.is_word("IF") {
        true => ("END", second.span.end),
        false => ("ENDIF", second.span.start),
    };
    if !is_near(first, word) || !cursor.text()[end..].trim_start().starts_with(';') {
        return false;
    }
    let diagnostic = unknown(cursor, "").help("did you mean END IF?");
    cursor.report(diagnostic);
    true
}

/// Whether `first` is to be the IF of a block: a THEN follows before the `;`.
pub(super) fn is_misspelt_if(cursor: &Cursor<'_>, first: &Token<'_>) -> bool {
    let rest = Tokens::at(cursor.text(), first.span.end, Rules::Clause);
    is_near(first, "IF")
        && rest.take_while(|token| !token.is_symbol(';')).any(|token| token.is_word("THEN"))
}

fn is_near(token: &Token<'_>, word: &str) -> bool {
    token.kind == TokenKind::Word && suggest(token.text, [word]).is_some()
}

/// Takes an IF up to its END IF; `depth` IFs are around it.
pub(super) fn if_block(cursor: &mut Cursor<'_>, depth: usize) -> Parse<If> {
    let Some(keyword) = cursor.advance() else {
        return Err(cursor.expected(code::EXPECTED_KEYWORD, "IF"));
    };
    if depth >= condition::DEEPEST {
        return Err(condition::too_deep("IFs", keyword.span));
    }
    let mut block = If { branches: Vec::new(), otherwise: None };
    block.branches.extend(branch(cursor, depth));
    loop {
        let Some(word) = cursor.advance() else {
            return Err(unclosed(&keyword));
        };
        let else_if = word.is_word("ELSEIF") || word.is_word("ELSE") && goes_on(cursor);
        if !else_if && !word.is_word("ELSE") {
            if word.is_word("END") {
                cursor.expect_word(&["IF"], "after END")?;
            } else if !word.is_word("ENDIF") {
                cursor.eat_word(&["IF"]);
            }
            return Ok(block);
        }
        if block.otherwise.is_some() {
            cursor.report(after_else(&word));
        }
        if else_if {
            block.branches.extend(branch(cursor, depth));
        } else {
            block.otherwise = Some(statements(cursor, depth + 1));
        }
    }
}

/// Takes the IF of ELSE IF. On a line of its own it is a new IF inside the ELSE, with its own END IF.
fn goes_on(cursor: &mut Cursor<'_>) -> bool {
    let after_else = cursor.last_end();
    let same_line = cursor
        .peek()
        .is_some_and(|next| !cursor.text()[after_else..next.span.start].contains('\n'));
    same_line && cursor.eat_word(&["IF"]).is_some()
}

/// Takes `condition THEN …`; `None` where the condition cannot be read, which is reported.
fn branch(cursor: &mut Cursor<'_>, depth: usize) -> Option<Branch> {
    let condition = condition(cursor).and_then(|condition| {
        let then = cursor.expect_word(&["THEN"], "after the condition");
        then.map(|_| condition).map_err(|diagnostic| diagnostic.or_help(condition::form()))
    });
    let condition = condition.map_err(|diagnostic| {
        cursor.report(diagnostic);
        if cursor.will_resume() {
            cursor.recover();
        } else {
            go_behind_then(cursor);
        }
    });
    let statements = statements(cursor, depth + 1);
    condition.ok().map(|condition| Branch { condition, statements })
}

fn go_behind_then(cursor: &mut Cursor<'_>) {
    let inside = |token: &Token<'_>| token.closed && !token.is_symbol(';');
    while cursor.eat_word(&["THEN"]).is_none() && cursor.peek().is_some_and(|next| inside(&next)) {
        cursor.advance();
    }
}

fn unclosed(keyword: &Token<'_>) -> Diagnostic {
    Diagnostic::error(code::UNCLOSED_IF, "this IF has no END IF", keyword.span)
        .help("end the block with END IF;")
}

fn after_else(word: &Token<'_>) -> Diagnostic {
    let message = format!("{} stands behind the ELSE of its IF", word.text.to_ascii_uppercase());
    Diagnostic::error(code::REPEATED_CLAUSE, message, word.span)
        .help("an IF has one ELSE, its last branch")
}
