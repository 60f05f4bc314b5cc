//! A query inside a statement: kept as it stands, read only to find where it ends.

use crate::sql::{Rules, Token, TokenKind, Tokens};
use crate::{Diagnostic, Span, Sql, code};

use super::cursor::{Cursor, Parse};
use super::name::is_name;
use super::text::{is_string, on_one_line};

/// The tokens of a query, as far as they stand outside all brackets; the brackets are among them.
pub(super) struct Body<'t> {
    pub(super) tokens: Vec<Token<'t>>,
    start: usize,
    end: usize,
    part: Part,
}

/// What the query is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Create,
    Export,
    Filter,
    Brackets,
}

impl<'t> Body<'t> {
    /// Reads up to the `;`. Leaves the cursor where it is, unless there is an error.
    pub(super) fn of_create(cursor: &mut Cursor<'t>) -> Parse<Self> {
        Self::new(cursor, Part::Create).read(cursor)
    }

    /// Reads up to the `;` or `OPTIONS {`, so the clauses of EXPORT are among the tokens.
    pub(super) fn of_export(cursor: &mut Cursor<'t>) -> Parse<Self> {
        Self::new(cursor, Part::Export).read(cursor)
    }

    /// Reads up to the `;` or `OPTIONS {`, so that the other clauses of LOAD are among the tokens.
    pub(super) fn of_filter(cursor: &mut Cursor<'t>) -> Parse<Self> {
        Self::new(cursor, Part::Filter).read(cursor)
    }

    /// Reads up to the `)` of a bracket that is open before it.
    pub(super) fn of_brackets(cursor: &mut Cursor<'t>) -> Parse<Self> {
        Self::new(cursor, Part::Brackets).read(cursor)
    }

    /// How many tokens stand before the clauses of LOAD.
    pub(super) fn clauses_at(&self) -> usize {
        let first = |index: &usize| is_clause(&self.tokens[*index..]);
        (0..self.tokens.len()).find(first).unwrap_or(self.tokens.len())
    }

    /// The text of the first `count` tokens with the comments around them; `None` if `count` is 0.
    pub(super) fn sql(&self, text: &str, count: usize) -> Option<Sql> {
        let last = self.tokens.get(..count)?.last()?;
        let limit = self.tokens.get(count).map_or(self.end, |next| next.span.start);
        let raw = &text[self.start..comments_end(text, last.span.end, limit)];
        let body = raw.trim_start();
        let start = self.start + raw.len() - body.len();
        Some(Sql { text: body.to_owned(), span: Span::new(start, start + body.len()) })
    }

    /// Whether the token at `index` is a TO that a place may follow.
    ///
    /// DuckDB reserves the word, so that in a query it is a name only after `.` and AS.
    pub(super) fn is_to(&self, index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|before| self.tokens.get(before));
        let part_of_query = before.is_some_and(|before| {
            before.is_symbol('.') || before.is_word("AS") || before.is_word("SIMILAR")
        });
        self.tokens.get(index).is_some_and(|token| token.is_word("TO")) && !part_of_query
    }

    fn new(cursor: &Cursor<'t>, part: Part) -> Self {
        Self { tokens: Vec::new(), start: cursor.last_end(), end: cursor.text().len(), part }
    }

    fn read(mut self, cursor: &mut Cursor<'t>) -> Parse<Self> {
        let mut tokens = Tokens::at(cursor.text(), self.start, Rules::Sql);
        let mut open = Vec::new();
        while let Some(token) = tokens.significant() {
            self.refuse_unclosed(cursor, &token)?;
            let outside = open.is_empty();
            if token.is_symbol(';') || outside && self.ends_before(cursor.text(), token, &tokens) {
                self.end = token.span.start;
                break;
            }
            brackets(cursor, &mut open, token)?;
            if outside || open.is_empty() {
                self.tokens.push(token);
            }
            let place_next = self.part == Part::Export && token.is_word("TO");
            tokens.set_rules(if place_next { Rules::Clause } else { Rules::Sql });
        }
        match open.last() {
            Some(bracket) => Err(unclosed_bracket(cursor, bracket, self.end)),
            None => Ok(self),
        }
    }

    fn refuse_unclosed(&self, cursor: &mut Cursor<'_>, token: &Token<'_>) -> Parse<()> {
        let place = self.part == Part::Export
            && self.tokens.len().checked_sub(1).is_some_and(|at| self.is_to(at));
        if place && is_string(token) {
            on_one_line(cursor, token)?;
        }
        if token.closed { Ok(()) } else { Err(cursor.unclosed(token)) }
    }

    fn ends_before(&self, text: &str, token: Token<'_>, rest: &Tokens<'_>) -> bool {
        if self.part == Part::Brackets {
            return token.is_symbol(')');
        }
        let has_options = matches!(self.part, Part::Export | Part::Filter);
        let options = has_options && (token.is_word("OPTIONS") || token.is_word("PARAMS"));
        options && rest.clone().significant().is_some_and(|next| next.is_symbol('{'))
            || starts_statement(text, token, rest.clone())
    }
}

/// Whether `tokens` begin with a clause: MODE or INCREMENTAL, which may be columns too, and what
/// follows them.
fn is_clause(tokens: &[Token<'_>]) -> bool {
    let [keyword, next, ..] = tokens else { return false };
    let follows = |words: &[&str]| words.iter().any(|word| next.is_word(word));
    keyword.is_word("MODE")
        && follows(&["REPLACE", "APPEND", "UPSERT", "DELETE", "MERGE", "INCREMENTAL"])
        || keyword.is_word("INCREMENTAL") && follows(&["BY"])
}

/// Keeps account of open brackets.
fn brackets<'t>(cursor: &mut Cursor<'t>, open: &mut Vec<Token<'t>>, token: Token<'t>) -> Parse<()> {
    let opening = match token.text {
        "(" | "[" | "{" => {
            open.push(token);
            return Ok(());
        }
        ")" => "(",
        "]" => "[",
        "}" => "{",
        _ => return Ok(()),
    };
    if open.pop().is_some_and(|bracket| bracket.text == opening) {
        return Ok(());
    }
    cursor.seek(token.span.end);
    let message = format!("this `{}` closes no `{opening}`", token.text);
    Err(Diagnostic::error(code::UNMATCHED_BRACKET, message, token.span)
        .help(format!("remove it, or add the `{opening}`")))
}

fn unclosed_bracket(cursor: &mut Cursor<'_>, bracket: &Token<'_>, end: usize) -> Diagnostic {
    cursor.seek(end);
    let message = format!("this `{}` is not closed before the statement ends", bracket.text);
    Diagnostic::error(code::UNCLOSED_BRACKET, message, bracket.span)
        .label("opened here")
        .help("close it")
}

/// Whether a new statement starts at `token`, so that the `;` before it is missing: its line begins
/// with words that no query has in this order.
fn starts_statement(text: &str, token: Token<'_>, mut rest: Tokens<'_>) -> bool {
    let keyword = ["CREATE", "EXPORT", "SOURCE"].iter().find(|keyword| token.is_word(keyword));
    let line = text[..token.span.start].trim_end_matches([' ', '\t']);
    let (Some(keyword), true) = (keyword, line.ends_with('\n')) else {
        return false;
    };
    let Some(second) = rest.significant() else {
        return false;
    };
    let third = rest.significant();
    let third_is = |word| is_name(&second) && third.is_some_and(|third| third.is_word(word));
    match *keyword {
        "CREATE" => ["TABLE", "VIEW", "OR"].iter().any(|word| second.is_word(word)),
        "EXPORT" => second.is_word("SELECT") || second.is_word("WITH") || third_is("TO"),
        _ => third_is("TYPE"),
    }
}

/// Where the comments end that stand between `from` and `limit`; `from` if there is none.
fn comments_end(text: &str, from: usize, limit: usize) -> usize {
    let gap = Tokens::at(text, from, Rules::Sql).take_while(|token| token.span.end <= limit);
    gap.fold(from, |end, token| match token.kind {
        TokenKind::LineComment => (token.span.end + 1).min(limit),
        TokenKind::BlockComment => token.span.end,
        _ => end,
    })
}
