//! How long the token at the start of a text is, and what it is.

use super::{Rules, TokenKind};

/// A token's kind and extent.
pub(super) struct Lexeme<'t> {
    pub(super) kind: TokenKind<'t>,
    /// In bytes, at least 1.
    pub(super) length: usize,
    /// Whether its end was found.
    pub(super) closed: bool,
}

/// The token that `rest` starts with; `None` at the end of the text.
pub(super) fn first(rest: &str, rules: Rules) -> Option<Lexeme<'_>> {
    let (bytes, first) = (rest.as_bytes(), rest.chars().next()?);
    let second = bytes.get(1).copied();
    Some(match first {
        '\'' => quoted(TokenKind::StringLiteral, rest, 1, false),
        'e' | 'E' if second == Some(b'\'') => quoted(TokenKind::StringLiteral, rest, 2, true),
        '"' => quoted(TokenKind::QuotedIdent, rest, 1, rules == Rules::Clause),
        '-' if second == Some(b'-') => whole(TokenKind::LineComment, line(rest).len()),
        '/' if second == Some(b'*') => block_comment(rest),
        '$' => dollar(rest),
        '0'..='9' => whole(TokenKind::Number, number_len(bytes)),
        '.' if second.is_some_and(|byte| byte.is_ascii_digit()) => {
            whole(TokenKind::Number, number_len(bytes))
        }
        _ if is_space(first) => whole(TokenKind::Whitespace, run_len(rest, is_space)),
        _ if is_name_start(first) => whole(TokenKind::Word, word_len(rest)),
        _ => whole(TokenKind::Symbol, first.len_utf8()),
    })
}

/// See [`super::variable_len`].
pub(super) fn variable_len(rest: &str) -> Option<usize> {
    let line = line(rest);
    let inner = line.strip_prefix("${")?;
    let stop = inner.find(['|', '}'])?;
    let default = &inner[stop..];
    let length =
        quoted_default_len(default).or_else(|| default.find('}').map(|brace| brace + 1))?;
    Some(2 + stop + length)
}

/// The length of `|"…"}` at the start of `text`, whichever quote it uses.
fn quoted_default_len(text: &str) -> Option<usize> {
    let value = text.strip_prefix('|')?.trim_start();
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let after = &value[value[1..].find(quote)? + 2..];
    let end = after.trim_start().strip_prefix('}')?;
    Some(text.len() - end.len())
}

fn whole(kind: TokenKind<'_>, length: usize) -> Lexeme<'_> {
    Lexeme { kind, length, closed: true }
}

/// From `start`, after the opening quote, to the closing one; a doubled quote does not close.
fn quoted<'t>(kind: TokenKind<'t>, rest: &str, start: usize, backslash: bool) -> Lexeme<'t> {
    let bytes = rest.as_bytes();
    let (quote, mut at) = (bytes[start - 1], start);
    while let Some(&byte) = bytes.get(at) {
        let escapes = byte == b'\\' && backslash;
        if escapes || byte == quote && bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else if byte == quote {
            return whole(kind, at + 1);
        } else {
            at += 1;
        }
    }
    Lexeme { kind, length: rest.len(), closed: false }
}

fn block_comment(rest: &str) -> Lexeme<'_> {
    let (bytes, mut at, mut depth) = (rest.as_bytes(), 2, 1);
    while let Some(pair) = bytes.get(at..at + 2) {
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return whole(TokenKind::BlockComment, at);
        }
    }
    Lexeme { kind: TokenKind::BlockComment, length: rest.len(), closed: false }
}

fn dollar(rest: &str) -> Lexeme<'_> {
    if rest.starts_with("${") {
        let length = variable_len(rest);
        let kind = TokenKind::Variable;
        let closed = length.is_some();
        return Lexeme { kind, length: length.unwrap_or(line(rest).len()), closed };
    }
    let Some(tag) = dollar_tag(&rest[1..]) else {
        return whole(TokenKind::Symbol, 1);
    };
    let opening = tag.len() + 2;
    let end = rest[opening..].find(&rest[..opening]).map(|at| opening + at + opening);
    let kind = TokenKind::DollarQuoted { tag };
    Lexeme { kind, length: end.unwrap_or(rest.len()), closed: end.is_some() }
}

/// The tag between `$` and `$`, where `rest` starts after the first.
fn dollar_tag(rest: &str) -> Option<&str> {
    let length = run_len(rest, |c| c.is_ascii_digit() || is_name_start(c));
    let tag = &rest[..length];
    let fits = rest[length..].starts_with('$') && !tag.starts_with(|c: char| c.is_ascii_digit());
    fits.then_some(tag)
}

fn word_len(rest: &str) -> usize {
    let inside = |(at, c): &(usize, char)| match c {
        '$' => !rest[at + 1..].starts_with('{'),
        _ => c.is_ascii_digit() || is_name_start(*c),
    };
    rest.char_indices().find(|next| !inside(next)).map_or(rest.len(), |(at, _)| at)
}

fn number_len(bytes: &[u8]) -> usize {
    let digits = |from: usize| {
        let more = |byte: &&u8| byte.is_ascii_digit() || **byte == b'_';
        from + bytes[from..].iter().take_while(more).count()
    };
    let mut at = digits(0);
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        if bytes.get(at + 1 + sign).is_some_and(u8::is_ascii_digit) {
            at = digits(at + 1 + sign);
        }
    }
    at
}

fn run_len(rest: &str, inside: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !inside(c)).unwrap_or(rest.len())
}

/// The first line of `rest`, without its end.
fn line(rest: &str) -> &str {
    &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())]
}

/// White space, and the mark that some editors put at the start of a file.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii() && !is_space(c)
}
