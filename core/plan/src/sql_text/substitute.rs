use sqlflow_profile::{BadReference, Piece, Reference, Resolved, Use, Variables, parse_template};
use sqlflow_syntax::{
    Diagnostic, Span, Sql,
    sql::{self, Token, TokenKind},
};

use super::{SqlText, output::Output, spliced, surroundings::Surroundings};
use crate::code;

/// The most bytes that values may add to one query.
const MOST_ADDED: usize = 1 << 20;

/// The SQL, and each reference with its place in the pipeline's text.
pub(crate) type Spliced = (SqlText, Vec<(Span, Use)>);

/// Replaces the references of SQL so that no value can end a literal or start a statement; only
/// `${v!raw}` is spliced as it stands. References in comments are left alone.
pub(crate) fn substitute(sql: &Sql, variables: &Variables) -> Result<Spliced, Vec<Diagnostic>> {
    if !sql.text.contains("${") {
        return Ok((SqlText::verbatim(sql), Vec::new()));
    }
    let tokens: Vec<Token<'_>> = sql::tokens(&sql.text).collect();
    let mut splicer = Splicer::new(sql, variables);
    let mut rest = tokens.as_slice();
    while let Some((token, after)) = rest.split_first() {
        let (run, after_run) = rest.split_at(run_len(rest));
        if run.len() > 1 && run.iter().any(is_variable) {
            splicer.compound_name(run, after_run);
            rest = after_run;
        } else {
            splicer.token(token, after);
            rest = after;
        }
    }
    splicer.finish()
}

/// How many tokens at the start form one name, such as `sales_${region}`.
fn run_len(tokens: &[Token<'_>]) -> usize {
    let part = |token: &&Token<'_>| {
        matches!(token.kind, TokenKind::Word | TokenKind::Number)
            || is_variable(token) && !is_raw(token)
    };
    tokens.iter().take_while(part).count()
}

fn is_variable(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Variable
}

fn is_raw(token: &Token<'_>) -> bool {
    reference(token).is_ok_and(|reference| reference.raw)
}

/// The reference that a variable token is.
fn reference(token: &Token<'_>) -> Result<Reference, Vec<BadReference>> {
    let pieces = parse_template(token.text)?;
    let first = pieces.into_iter().next();
    let Some(Piece::Reference(reference)) = first else { return Err(Vec::new()) };
    if reference.range.len() == token.text.len() { Ok(reference) } else { Err(Vec::new()) }
}

struct Splicer<'a> {
    sql: &'a Sql,
    variables: &'a Variables,
    output: Output,
    surroundings: Surroundings,
    uses: Vec<(Span, Use)>,
    added: usize,
    errors: Vec<Diagnostic>,
}

impl<'a> Splicer<'a> {
    fn new(sql: &'a Sql, variables: &'a Variables) -> Self {
        let (output, surroundings) = (Output::default(), Surroundings::default());
        let (uses, errors) = (Vec::new(), Vec::new());
        Self { sql, variables, output, surroundings, uses, added: 0, errors }
    }

    fn finish(self) -> Result<Spliced, Vec<Diagnostic>> {
        if self.errors.is_empty() {
            Ok((self.output.finish(), self.uses))
        } else {
            Err(self.errors)
        }
    }

    fn token(&mut self, token: &Token<'_>, after: &[Token<'_>]) {
        use TokenKind::{DollarQuoted, QuotedIdent, StringLiteral, Variable};
        let start = self.output.len();
        match token.kind {
            Variable => return self.variable(token, after),
            StringLiteral | QuotedIdent | DollarQuoted { .. } if token.text.contains("${") => {
                self.quoted(token);
            }
            _ => self.output.copy(token.text, self.origin(token.span)),
        }
        self.surroundings.pass(token, self.output.since(start));
    }

    /// A reference that stands for an expression, a name or, raw, for any SQL.
    fn variable(&mut self, token: &Token<'_>, after: &[Token<'_>]) {
        let origin = self.origin(token.span);
        let Some((reference, resolved)) = self.resolve_token(token) else { return };
        let (text, secret) = (resolved.value.text(), resolved.secret);
        let next = after.iter().find(|token| !token.is_trivia());
        if !reference.raw && self.surroundings.want_name(next) {
            self.stand_apart(&spliced::identifier(text), after, origin, secret);
            return self.surroundings.pass_name(text);
        }
        if reference.raw {
            self.output.stand_in(text, origin, secret);
        } else {
            self.stand_apart(&spliced::expression(&resolved.value), after, origin, secret);
        }
        self.surroundings.pass(token, "");
    }

    /// Words and references side by side: one quoted name.
    fn compound_name(&mut self, run: &[Token<'_>], after: &[Token<'_>]) {
        let (mut name, mut secret) = (String::new(), false);
        let mut origin = Span::at(self.origin(run[0].span).start);
        for token in run {
            origin = origin.to(self.origin(token.span));
            if !is_variable(token) {
                name.push_str(token.text);
            } else if let Some((_, resolved)) = self.resolve_token(token) {
                name.push_str(resolved.value.text());
                secret |= resolved.secret;
            }
        }
        self.stand_apart(&spliced::identifier(&name), after, origin, secret);
        self.surroundings.pass_name(&name);
    }

    fn stand_apart(&mut self, text: &str, after: &[Token<'_>], origin: Span, secret: bool) {
        let next = after.first().and_then(|token| token.text.chars().next());
        let text = spliced::apart(self.output.last_char(), text, next);
        self.output.stand_in(&text, origin, secret);
    }

    /// A literal or name in quotes with references in it.
    fn quoted(&mut self, token: &Token<'_>) {
        let pieces = match parse_template(token.text) {
            Ok(pieces) => pieces,
            Err(errors) => return self.bad(&errors, token),
        };
        let (start, mut raw, mut last) = (self.output.len(), false, None);
        for piece in pieces {
            match piece {
                Piece::Text(range) => {
                    let at = token.span.start;
                    let span = self.origin(Span::new(at + range.start, at + range.end));
                    self.output.copy(&token.text[range], span);
                }
                Piece::Reference(reference) => {
                    raw |= reference.raw;
                    last = Some(self.reference_inside(token, &reference)).or(last);
                }
            }
        }
        if let Some(place) = last.filter(|_| !raw && !is_one_token(token, self.output.since(start)))
        {
            self.errors.push(ends_its_quote(place));
        }
    }

    fn reference_inside(&mut self, token: &Token<'_>, reference: &Reference) -> Span {
        let at = token.span.start;
        let origin = self.origin(Span::new(at + reference.range.start, at + reference.range.end));
        if let Some(resolved) = self.resolve(reference, origin) {
            let text = resolved.value.text();
            let text = if reference.raw { text.to_owned() } else { spliced::inside(token, text) };
            self.output.stand_in(&text, origin, resolved.secret);
        }
        origin
    }

    fn resolve_token(&mut self, token: &Token<'_>) -> Option<(Reference, Resolved)> {
        match reference(token) {
            Ok(reference) => {
                let resolved = self.resolve(&reference, self.origin(token.span))?;
                Some((reference, resolved))
            }
            Err(errors) => {
                self.bad(&errors, token);
                None
            }
        }
    }

    fn resolve(&mut self, reference: &Reference, place: Span) -> Option<Resolved> {
        let resolved = match self.variables.resolve(reference) {
            Ok(resolved) => resolved,
            Err(error) => {
                self.errors.push(error.diagnostic(place));
                return None;
            }
        };
        self.added += resolved.value.text().len();
        if let Some(error) = self.refusal(reference, &resolved, place) {
            self.errors.push(error);
            return None;
        }
        self.uses.push((place, Use { reference: reference.clone(), resolved: resolved.clone() }));
        Some(resolved)
    }

    /// Why a value cannot stand in SQL, or not here.
    fn refusal(&self, reference: &Reference, found: &Resolved, place: Span) -> Option<Diagnostic> {
        let name = &reference.name;
        let (code, message, help) = if found.value.text().contains('\0') {
            let message = format!("the value of `{name}` holds a NUL character");
            (code::NUL_IN_SQL, message, "no SQL can hold one; take it out of the value")
        } else if self.surroundings.run_as_sql() && !reference.raw {
            let message = format!("`{name}` stands where a function runs its argument as SQL");
            let help = "write the query out, or ${name!raw} if the value is meant to be SQL";
            (code::VARIABLE_RUNS_AS_SQL, message, help)
        } else if self.added > MOST_ADDED {
            let message = format!("with `{name}` the variables add more than {MOST_ADDED} bytes");
            (code::SQL_TOO_LONG, message, "shorten the value, or load it as a table")
        } else {
            return None;
        };
        Some(Diagnostic::error(code, message, place).help(help))
    }

    fn bad(&mut self, errors: &[BadReference], token: &Token<'_>) {
        let at = token.span.start;
        for error in errors {
            let span = Span::new(at + error.range.start, at + error.range.end);
            self.errors.push(error.diagnostic(self.origin(span)));
        }
        if errors.is_empty() {
            let code = sqlflow_profile::code::MALFORMED_REFERENCE;
            let message = format!("`{}` is no reference", token.text);
            let help = "write ${name} or ${name|\"default\"}";
            self.errors.push(Diagnostic::error(code, message, self.origin(token.span)).help(help));
        }
    }

    /// A place of the SQL in the pipeline's text.
    fn origin(&self, span: Span) -> Span {
        let start = self.sql.span.start;
        Span::new(start + span.start, start + span.end)
    }
}

/// Whether a token is still one, of its kind, with values in it: a dollar quote may be ended by a
/// value and its neighbours together, a backslash may take a value's quote.
fn is_one_token(token: &Token<'_>, text: &str) -> bool {
    let first = sql::tokens(text).next();
    first.is_some_and(|first| {
        first.closed && first.kind == token.kind && first.text.len() == text.len()
    })
}

fn ends_its_quote(place: Span) -> Diagnostic {
    let message = "the value would end the quote it stands in";
    let help = "put the variable in a plain '…' string, where every value fits";
    Diagnostic::error(code::LITERAL_ENDED, message, place).help(help)
}
