//! The tokens of SQL text, as DuckDB reads it, and of `${…}`.
//!
//! Used to find names, literals and variables in a query without touching the rest: the tokens of a
//! text, white space and comments included, put together are the text.

mod lexeme;

use crate::Span;

use lexeme::Lexeme;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind<'t> {
    /// A keyword or bare name. `$` may stand inside, as in DuckDB, but not before `{`.
    Word,
    /// `"…"`, where `""` stands for `"`.
    QuotedIdent,
    /// `'…'`, where `''` stands for `'`, or `E'…'`, where a backslash escapes too.
    StringLiteral,
    /// `$tag$…$tag$`
    DollarQuoted {
        /// What stands between the dollar signs; may be empty.
        tag: &'t str,
    },
    /// Digits with fraction and exponent; a sign is a symbol of its own.
    Number,
    /// `${…}` outside quotes and comments; inside, it is a part of the other token.
    Variable,
    /// `--` to the end of the line, which is not included.
    LineComment,
    /// `/* … */`, nested.
    BlockComment,
    /// Blanks, line ends and other white space.
    Whitespace,
    /// Any other single character: an operator such as `::` is two tokens.
    Symbol,
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'t> {
    /// What it is.
    pub kind: TokenKind<'t>,
    /// Its text as written, quotes included.
    pub text: &'t str,
    /// Where it stands.
    pub span: Span,
    /// False if the closing quote, `*/` or `}` is missing; it then goes to the end of the text, a
    /// variable to the end of its line.
    pub closed: bool,
}

impl Token<'_> {
    /// Whether this is the bare word `word`, in any ASCII case.
    #[must_use]
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether this is the symbol `symbol`.
    #[must_use]
    pub fn is_symbol(&self, symbol: char) -> bool {
        self.kind == TokenKind::Symbol && self.text.starts_with(symbol)
    }

    /// Whether this is white space or a comment with an end.
    #[must_use]
    pub fn is_trivia(&self) -> bool {
        use TokenKind::{BlockComment, LineComment, Whitespace};
        self.closed && matches!(self.kind, Whitespace | LineComment | BlockComment)
    }
}

/// The tokens of `text`, in order; every byte is in one of them.
#[must_use]
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens::at(text, 0, Rules::Sql)
}

/// The length of the `${…}` that `text` starts with; `None` if it starts with none, or its line ends
/// before the `}`.
///
/// A `}` inside a quoted default, `${v|"a } b"}`, does not end it.
#[must_use]
pub fn variable_len(text: &str) -> Option<usize> {
    lexeme::variable_len(text)
}

/// How double quotes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rules {
    /// As SQL reads names: a backslash means itself.
    Sql,
    /// As clauses and JSON read strings: a backslash escapes.
    Clause,
}

/// Iterator over the tokens of a text; see [`tokens`].
#[derive(Debug, Clone)]
pub struct Tokens<'t> {
    text: &'t str,
    offset: usize,
    rules: Rules,
}

impl<'t> Tokens<'t> {
    /// The tokens of `text` from `offset` on; their spans are offsets into the whole text.
    pub(crate) fn at(text: &'t str, offset: usize, rules: Rules) -> Self {
        Self { text, offset, rules }
    }

    /// Reads the tokens that follow by other rules.
    pub(crate) fn set_rules(&mut self, rules: Rules) {
        self.rules = rules;
    }

    /// The next token that is neither white space nor a comment.
    pub(crate) fn significant(&mut self) -> Option<Token<'t>> {
        self.find(|token| !token.is_trivia())
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let rest = &self.text[self.offset..];
        let Lexeme { kind, length, closed } = lexeme::first(rest, self.rules)?;
        let span = Span::new(self.offset, self.offset + length);
        self.offset = span.end;
        #[cfg(test)]
        work::add(length);
        Some(Token { kind, text: &rest[..length], span, closed })
    }
}

/// Counts the bytes that were read as tokens, so that a test can tell linear work from quadratic.
#[cfg(test)]
pub(crate) mod work {
    use std::cell::Cell;

    thread_local!(static BYTES: Cell<usize> = const { Cell::new(0) });

    pub(super) fn add(bytes: usize) {
        BYTES.set(BYTES.get() + bytes);
    }

    /// The bytes read on this thread since the last call.
    pub(crate) fn take() -> usize {
        BYTES.take()
    }
}
