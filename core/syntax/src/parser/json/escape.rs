//! Backslash escapes of JSON strings (RFC 8259, section 7).

use crate::{Diagnostic, Span, code};

/// The text that `inner`, the part between the quotes, stands for; `start` is its offset.
pub(super) fn resolve(inner: &str, start: usize) -> Result<String, Diagnostic> {
    let (mut text, mut rest) = (String::with_capacity(inner.len()), inner);
    while let Some(at) = rest.find(['\\', '"']) {
        let offset = start + inner.len() - rest.len() + at;
        if rest[at..].starts_with('"') {
            return Err(two_strings(offset));
        }
        text.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (resolved, length) = escape(after).ok_or_else(|| unknown(after, offset))?;
        text.push(resolved);
        rest = &after[length..];
    }
    text.push_str(rest);
    Ok(text)
}

/// The character that the escape stands for, and its length without the backslash.
fn escape(rest: &str) -> Option<(char, usize)> {
    let resolved = match rest.chars().next()? {
        same @ ('"' | '\\' | '/') => same,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(&rest[1..]).map(|(resolved, length)| (resolved, length + 1)),
        _ => return None,
    };
    Some((resolved, 1))
}

/// Four hexadecimal digits, or two such escapes that are a surrogate pair.
fn unicode(rest: &str) -> Option<(char, usize)> {
    let first = hex(rest)?;
    if let Some(single) = char::from_u32(u32::from(first)) {
        return Some((single, 4));
    }
    let second = hex(rest[4..].strip_prefix("\\u")?)?;
    let pair = char::decode_utf16([first, second]).next()?.ok()?;
    Some((pair, 10))
}

fn hex(rest: &str) -> Option<u16> {
    let digits = rest.get(..4).filter(|four| four.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

fn two_strings(offset: usize) -> Diagnostic {
    let span = Span::new(offset, offset + 2);
    Diagnostic::error(code::JSON_SYNTAX, "expected `,` between two strings", span)
        .help("add the comma; a quote inside a string is written \\\"")
}

fn unknown(after: &str, offset: usize) -> Diagnostic {
    let length = after.chars().next().map_or(0, char::len_utf8);
    let span = Span::new(offset, offset + 1 + length);
    Diagnostic::error(code::JSON_ESCAPE, "this escape is unknown to JSON", span)
        .help("write \\\\ for a backslash")
}
