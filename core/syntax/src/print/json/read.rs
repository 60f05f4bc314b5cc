//! Reads the tokens of JSON, comments among them.

use crate::sql::{Rules, Token, TokenKind, Tokens};

use super::{Element, Group, Part};

impl<'t> Group<'t> {
    /// Reads well-formed JSON, from bracket to bracket.
    pub(crate) fn read(text: &'t str) -> Self {
        let mut reader = Reader { text, tokens: Tokens::at(text, 0, Rules::Clause), line: false };
        let open = reader.next().map_or("{", |open| open.text);
        reader.group(open)
    }
}

struct Reader<'t> {
    text: &'t str,
    tokens: Tokens<'t>,
    /// Whether the token that was read last began a line.
    line: bool,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Option<Token<'t>> {
        self.line = false;
        let mut token = self.tokens.next()?;
        while token.kind == TokenKind::Whitespace {
            self.line |= token.text.contains('\n');
            token = self.tokens.next()?;
        }
        Some(token)
    }

    /// Reads what follows the bracket `open`, its end included.
    fn group(&mut self, open: &'t str) -> Group<'t> {
        let mut elements = Vec::new();
        while let Some(token) = self.next() {
            let begins_line = self.line;
            match token.text {
                "}" | "]" => break,
                "," => continue,
                _ => {}
            }
            let is_comment = is_comment(&token);
            let parts =
                if is_comment { vec![self.comment(&token)] } else { self.item(token, open) };
            elements.push(Element { parts, begins_line, is_comment });
        }
        let mut group = Group { open, elements, flat: None };
        group.flat = group.measure();
        group
    }

    /// Reads a value, or in an object a key and its value.
    fn item(&mut self, first: Token<'t>, open: &str) -> Vec<Part<'t>> {
        let mut parts = vec![self.value(first)];
        let mut ended = open != "{";
        let mut key = !ended;
        while !ended {
            let Some(token) = self.next() else { break };
            if is_comment(&token) {
                parts.push(self.comment(&token));
            } else if std::mem::take(&mut key) {
                parts.push(Part::Colon);
            } else {
                parts.push(self.value(token));
                ended = true;
            }
        }
        parts
    }

    fn value(&mut self, token: Token<'t>) -> Part<'t> {
        match token.text {
            "{" | "[" => Part::Group(self.group(token.text)),
            "-" => {
                let end = self.next().map_or(token.span.end, |digits| digits.span.end);
                Part::Token(&self.text[token.span.start..end])
            }
            text => Part::Token(text),
        }
    }

    fn comment(&self, token: &Token<'t>) -> Part<'t> {
        Part::Comment { text: token.text, begins_line: self.line }
    }
}

fn is_comment(token: &Token<'_>) -> bool {
    matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment)
}
