//! Statements one under the other, with the comments between them, and IF.

use crate::sql::{Rules, Token, TokenKind, Tokens};
use crate::{If, Pipeline, Statement, StatementKind};

use super::piece::{Piece, Pieces};
use super::writer::Writer;
use super::{layout, marks};

/// Writes the pipeline that was read from `text`.
pub(super) fn print(text: &str, pipeline: &Pipeline) -> String {
    let mut block = Block { text, writer: Writer::like(text), last: Last::Opening, breaks: 0 };
    block.statements(&pipeline.statements, 0);
    block.writer.finish()
}

struct Block<'t> {
    text: &'t str,
    writer: Writer,
    last: Last,
    /// How many lines ended in the text since what was written last.
    breaks: usize,
}

/// What was written last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Nothing, THEN or ELSE.
    Opening,
    Statement,
    /// A comment; whether it begins its line, and whether it ends it.
    Comment {
        leads: bool,
        ends_line: bool,
    },
}

impl<'t> Block<'t> {
    /// Writes statements and the comments around them, from the offset `at` on. Returns where the
    /// word stands that ends the block, or the end of the text.
    fn statements(&mut self, statements: &[Statement], mut at: usize) -> usize {
        (self.last, self.breaks) = (Last::Opening, 0);
        for statement in statements {
            self.comments(at);
            self.before_statement();
            at = self.statement(statement);
            (self.last, self.breaks) = (Last::Statement, 0);
        }
        self.comments(at)
    }

    /// Writes comments; stray `;` are left out. Returns where the next statement begins.
    fn comments(&mut self, at: usize) -> usize {
        for token in Tokens::at(self.text, at, Rules::Clause) {
            match token.kind {
                TokenKind::Whitespace => self.breaks += token.text.matches('\n').count(),
                TokenKind::LineComment | TokenKind::BlockComment => self.comment(&token),
                _ if token.is_symbol(';') => {}
                _ => return token.span.start,
            }
        }
        self.text.len()
    }

    fn comment(&mut self, token: &Token<'_>) {
        let ends_line = token.kind == TokenKind::LineComment;
        let after_line = matches!(self.last, Last::Comment { ends_line: true, .. });
        let leads = match self.last {
            Last::Comment { leads, .. } => leads || self.breaks > 0 || after_line,
            _ => self.breaks > 0 || self.writer.is_empty(),
        };
        if self.breaks > 0 || after_line {
            self.line_or_two();
        } else {
            self.writer.space();
        }
        self.writer.push(token.text);
        (self.last, self.breaks) = (Last::Comment { leads, ends_line }, 0);
    }

    /// Goes to where the next statement begins: behind a comment that leads it, else on a new line.
    fn before_statement(&mut self) {
        let leads = matches!(self.last, Last::Comment { leads: true, ends_line: false });
        if leads && self.breaks == 0 {
            self.writer.space();
        } else {
            self.line_or_two();
        }
    }

    /// Ends the line, and leaves one empty if there was one. A block begins with none.
    fn line_or_two(&mut self) {
        if self.breaks > 1 && self.last != Last::Opening {
            self.writer.blank_line();
        } else {
            self.writer.new_line();
        }
    }

    /// Writes a statement; returns the offset behind its `;`.
    fn statement(&mut self, statement: &Statement) -> usize {
        let start = statement.span.start;
        if let StatementKind::If(block) = &statement.kind {
            return self.if_block(block, start);
        }
        let mut pieces = Pieces::new(self.text, start, marks::of_statement(&statement.kind));
        self.up_to_semicolon(&mut pieces)
    }

    fn up_to_semicolon(&mut self, pieces: &mut Pieces<'t>) -> usize {
        let statement: Vec<Piece<'_>> =
            pieces.by_ref().take_while(|piece| !piece.is_symbol(";")).collect();
        layout::write(statement, &mut self.writer);
        self.writer.push(";");
        pieces.end()
    }

    fn if_block(&mut self, block: &If, mut at: usize) -> usize {
        for (index, branch) in block.branches.iter().enumerate() {
            if index > 0 {
                self.writer.new_line();
            }
            let pieces = Pieces::new(self.text, at, marks::of_condition(&branch.condition));
            at = self.branch(pieces, "THEN", &branch.statements);
        }
        if let Some(statements) = &block.otherwise {
            self.writer.new_line();
            at = self.branch(Pieces::new(self.text, at, Vec::new()), "ELSE", statements);
        }
        self.writer.new_line();
        self.up_to_semicolon(&mut Pieces::new(self.text, at, Vec::new()))
    }

    /// Writes the head of a branch, which ends with the keyword `last`, and its statements.
    fn branch(&mut self, mut pieces: Pieces<'t>, last: &str, statements: &[Statement]) -> usize {
        let mut head = Vec::new();
        for piece in pieces.by_ref() {
            let ends = piece.is_keyword(last);
            head.push(piece);
            if ends {
                break;
            }
        }
        layout::write(head, &mut self.writer);
        self.writer.indent_more();
        let at = self.statements(statements, pieces.end());
        self.writer.indent_less();
        at
    }
}
