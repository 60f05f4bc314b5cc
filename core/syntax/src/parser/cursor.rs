//! A place in the text that moves from token to token.

use crate::sql::{Rules, Token, TokenKind, Tokens};
use crate::{Diagnostic, Span, code, suggest};

/// What a part of the parser returns: the diagnostic ends its statement.
pub(super) type Parse<T> = Result<T, Diagnostic>;

/// How many tokens may run to the end of the text for want of a closing quote. Reading goes on after
/// the first `;` inside each; without a limit the work would grow with the square of the text.
const MOST_OPEN_ENDED: usize = 4;

/// As much of a token as a message quotes.
const LONGEST_QUOTE: usize = 32;

pub(super) struct Cursor<'t> {
    text: &'t str,
    offset: usize,
    peeked: Option<Token<'t>>,
    last_end: usize,
    open_ended: usize,
    resume: Option<usize>,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            offset: 0,
            peeked: None,
            last_end: 0,
            open_ended: 0,
            resume: None,
            diagnostics: Vec::new(),
        }
    }

    /// The whole text.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// The offset after the last token taken.
    pub(super) fn last_end(&self) -> usize {
        self.last_end
    }

    /// The next token that is neither white space nor comment; `None` at the end of the text.
    pub(super) fn peek(&mut self) -> Option<Token<'t>> {
        if self.peeked.is_none() {
            self.peeked = Tokens::at(self.text, self.offset, Rules::Clause).significant();
        }
        self.peeked
    }

    /// The token after the next one.
    pub(super) fn peek_second(&mut self) -> Option<Token<'t>> {
        let first = self.peek()?;
        Tokens::at(self.text, first.span.end, Rules::Clause).significant()
    }

    /// Takes the next token.
    pub(super) fn advance(&mut self) -> Option<Token<'t>> {
        let token = self.peek()?;
        self.seek(token.span.end);
        Some(token)
    }

    /// Goes to `offset`, where the last token taken is said to end.
    pub(super) fn seek(&mut self, offset: usize) {
        (self.offset, self.last_end, self.peeked) = (offset, offset, None);
    }

    /// Takes the next token if it is one of `words`.
    pub(super) fn eat_word(&mut self, words: &[&str]) -> Option<Token<'t>> {
        let token = self.peek()?;
        words.iter().any(|word| token.is_word(word)).then(|| self.advance()).flatten()
    }

    /// Takes the next token if it is `symbol`.
    pub(super) fn eat_symbol(&mut self, symbol: char) -> bool {
        let found = self.peek().is_some_and(|token| token.is_symbol(symbol));
        if found {
            self.advance();
        }
        found
    }

    /// Takes one of `words`, or says that the first is expected at that `place`.
    pub(super) fn expect_word(&mut self, words: &[&str], place: &str) -> Parse<Token<'t>> {
        if let Some(token) = self.eat_word(words) {
            return Ok(token);
        }
        let what = format!("{} {place}", words.join(" or "));
        let near = self.peek().and_then(|found| suggest(found.text, words.iter().copied()));
        let diagnostic = self.expected(code::EXPECTED_KEYWORD, &what);
        Err(match near {
            Some(word) => diagnostic.or_help(&format!("did you mean {word}?")),
            None => diagnostic,
        })
    }

    /// Says that `what` is expected where the next token stands.
    pub(super) fn expected(&mut self, code: &'static str, what: &str) -> Diagnostic {
        let Some(found) = self.peek() else {
            let message = format!("expected {what}, found the end of the file");
            return Diagnostic::error(code, message, Span::at(self.last_end));
        };
        if !found.closed {
            return self.unclosed(&found);
        }
        let message = format!("expected {what}, found `{}`", excerpt(found.text));
        let diagnostic = Diagnostic::error(code, message, found.span);
        match found.kind {
            TokenKind::Variable => diagnostic
                .help("variables may stand in params, options, places, SET values and queries"),
            _ => diagnostic,
        }
    }

    /// Keeps a diagnostic that does not end its statement, or has just ended it.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Says that `token` has no end, and has [`Cursor::recover`] go on inside it.
    pub(super) fn unclosed(&mut self, token: &Token<'_>) -> Diagnostic {
        self.resume_inside(token);
        let opening = Span::new(token.span.start, token.span.start + opening_len(token));
        let (code, what, help) = match token.kind {
            TokenKind::BlockComment => (
                code::UNCLOSED_COMMENT,
                "comment",
                "close it with `*/`; put a path such as \"data/*.csv\" in quotes",
            ),
            TokenKind::Variable => {
                (code::UNCLOSED_VARIABLE, "variable", "close it with `}` on the same line")
            }
            TokenKind::DollarQuoted { .. } => {
                (code::UNCLOSED_QUOTE, "dollar quote", "close it with the same tag")
            }
            _ => {
                (code::UNCLOSED_QUOTE, "string", "close it, or look for an earlier quote too many")
            }
        };
        let message = format!("this {what} is not closed");
        Diagnostic::error(code, message, opening).label("opened here").help(help)
    }

    /// Goes behind the next `;` that is not part of a string or comment.
    pub(super) fn recover(&mut self) {
        while self.resume.is_none() {
            match self.advance() {
                Some(token) if token.is_symbol(';') => return,
                Some(token) if !token.closed => self.resume_inside(&token),
                Some(_) => {}
                None => return,
            }
        }
        if let Some(offset) = self.resume.take() {
            self.seek(offset);
        }
    }

    /// Has [`Cursor::recover`] go on at `offset`, behind the `;` of the statement.
    pub(super) fn resume_at(&mut self, offset: usize) {
        self.resume = Some(offset);
    }

    /// Whether [`Cursor::recover`] knows where to go on.
    pub(super) fn will_resume(&self) -> bool {
        self.resume.is_some()
    }

    fn resume_inside(&mut self, token: &Token<'_>) {
        self.open_ended += usize::from(token.span.end == self.text.len());
        let rest = &self.text[token.span.start..];
        let next = rest.find(';').filter(|_| self.open_ended <= MOST_OPEN_ENDED);
        self.resume = Some(next.map_or(self.text.len(), |at| token.span.start + at + 1));
    }
}

/// The length of what opens a quote, comment or variable.
fn opening_len(token: &Token<'_>) -> usize {
    match token.kind {
        TokenKind::DollarQuoted { tag } => tag.len() + 2,
        TokenKind::BlockComment | TokenKind::Variable => 2,
        TokenKind::StringLiteral if !token.text.starts_with('\'') => 2,
        _ => 1,
    }
}

/// The start of a token's first line.
fn excerpt(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
