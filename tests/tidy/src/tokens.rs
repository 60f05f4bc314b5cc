//! Rust sources as tokens: comments are gone, and what strings say is not code.

use std::collections::HashMap;

use proc_macro2::{Delimiter, Punct, Spacing, TokenStream, TokenTree};

/// A word, a literal or a sign; `::` is one token, every other sign one for each character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// The tokens of a source, brackets included.
pub(crate) fn tokens(path: &str, source: &str) -> Vec<Token> {
    let stream = source.parse().unwrap_or_else(|error| panic!("{path} is not Rust: {error}"));
    let mut found = Vec::new();
    flatten(stream, &mut found);
    found
}

/// The tokens of what is built into the product; none for a file of tests.
pub(crate) fn product_tokens(path: &str, source: &str) -> Vec<Token> {
    if is_test_file(path) { Vec::new() } else { without_tests(tokens(path, source)) }
}

/// Whether nothing of the file is built into the product.
pub(crate) fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/")
        || path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.ends_with("_tests.rs")
}

/// The index of the bracket that closes the one at `open`.
pub(crate) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len() - 1
}

/// Every path such as `std::fs::read`, with its line; the first word is replaced by what a `use`
/// made it stand for.
pub(crate) fn paths(tokens: &[Token]) -> Vec<(String, usize)> {
    let imported = imported(tokens);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let end = end_of_path(tokens, at);
        if end > at {
            let path = joined(&tokens[at..end]);
            let (first, rest) = path.split_once("::").unwrap_or((&path, ""));
            let full = match imported.get(first) {
                Some(full) if rest.is_empty() => full.clone(),
                Some(full) => format!("{full}::{rest}"),
                None => path,
            };
            found.push((full, tokens[at].line));
        }
        at = end.max(at + 1);
    }
    found
}

fn flatten(stream: TokenStream, found: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let line = tree.span().start().line;
        let mut push = |text: String, line| found.push(Token { text, line });
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = brackets(group.delimiter());
                push(open.to_owned(), line);
                let end = group.span_close().end().line;
                flatten(group.stream(), found);
                found.push(Token { text: close.to_owned(), line: end });
            }
            TokenTree::Punct(sign)
                if is_joined_colon(&sign) && trees.next_if(is_colon).is_some() =>
            {
                push("::".to_owned(), line);
            }
            other => push(other.to_string(), line),
        }
    }
}

fn is_joined_colon(sign: &Punct) -> bool {
    sign.as_char() == ':' && sign.spacing() == Spacing::Joint
}

fn is_colon(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Punct(sign) if sign.as_char() == ':')
}

fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

/// Leaves out every item under `#[cfg(test)]`.
fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if starts_with(&tokens[at..], &MARK) {
            at = end_of_item(&tokens, at + MARK.len());
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// Whether the tokens begin with these texts.
pub(crate) fn starts_with(tokens: &[Token], texts: &[&str]) -> bool {
    tokens.len() >= texts.len() && tokens.iter().zip(texts).all(|(token, text)| token.text == *text)
}

/// One past the item's `;` or closing brace.
fn end_of_item(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            ";" => return at + 1,
            "{" => return closing(tokens, at) + 1,
            "(" | "[" => at = closing(tokens, at) + 1,
            _ => at += 1,
        }
    }
    at
}

fn end_of_path(tokens: &[Token], start: usize) -> usize {
    let mut end = start;
    while tokens.get(end).is_some_and(|token| is_word(token) || end > start) {
        end += 1;
        if tokens.get(end).is_some_and(|token| token.text == "::")
            && tokens.get(end + 1).is_some_and(|token| is_word(token) || token.text == "*")
        {
            end += 1;
        } else {
            break;
        }
    }
    end
}

/// Whether it is an identifier or a keyword.
pub(crate) fn is_word(token: &Token) -> bool {
    token.text.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && !token.text.ends_with(['"', '\''])
}

fn joined(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text.as_str()).collect()
}

/// What each imported name stands for.
fn imported(tokens: &[Token]) -> HashMap<String, String> {
    let mut names = HashMap::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.text == "use" {
            import(tokens, at + 1, "", &mut names);
        }
    }
    names
}

/// Reads one branch of a `use` tree and returns the index after it.
fn import(
    tokens: &[Token],
    start: usize,
    prefix: &str,
    names: &mut HashMap<String, String>,
) -> usize {
    let start = start + usize::from(tokens[start].text == "::");
    let end = end_of_path(tokens, start);
    let own = joined(&tokens[start..end]);
    let path = [prefix, &own].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let path = path.join("::").trim_end_matches("::self").to_owned();
    if starts_with(&tokens[end..], &["::", "{"]) || starts_with(&tokens[end..], &["{"]) {
        return import_group(tokens, end, &path, names);
    }
    let renamed = starts_with(&tokens[end..], &["as"]);
    let name = if renamed { &tokens[end + 1].text } else { last_part(&path) };
    names.insert(name.to_owned(), path.clone());
    end + if renamed { 2 } else { usize::from(end == start) }
}

fn import_group(
    tokens: &[Token],
    start: usize,
    path: &str,
    names: &mut HashMap<String, String>,
) -> usize {
    let open = start + usize::from(tokens[start].text == "::");
    let close = closing(tokens, open);
    let mut at = open + 1;
    while at < close {
        at = if tokens[at].text == "," { at + 1 } else { import(tokens, at, path, names) };
    }
    close + 1
}

fn last_part(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

#[test]
fn a_path_is_known_by_its_full_name_however_it_was_imported() {
    let check = |source: &str, expect: &str| {
        let found = paths(&product_tokens("core/x.rs", source));
        assert!(found.iter().any(|(path, _)| path == expect), "{source}: {found:?}");
    };
    check("fn f() { std::fs::read(p) }", "std::fs::read");
    check("use std::fs; fn f() { fs::read(p) }", "std::fs::read");
    check("use std::{io, env::{self, var}}; fn f() { env::args() }", "std::env::args");
    check("use std::{io, env::{self, var}}; fn f() { var(p) }", "std::env::var");
    check("use std::fs as disk; fn f() { disk::read(p) }", "std::fs::read");
    check("use std::env::*;", "std::env::*");
    check("use ::std::{fs as disk, io}; fn f() { vec![disk::read(p)] }", "std::fs::read");
}

#[test]
fn tests_comments_and_strings_are_not_product_code() {
    let source = "// a::b\n#[cfg(test)] use a::b; fn f() { \"a::b\" }\n\
        #[cfg(test)]\nmod tests { fn g() { a::b() } }\n#[cfg(test)] mod other_tests; fn h() {}";
    let found = paths(&product_tokens("core/x.rs", source));
    assert!(found.iter().all(|(path, _)| path != "a::b"), "{found:?}");
    assert!(found.iter().any(|(path, line)| path == "h" && *line == 5), "{found:?}");
    assert_eq!(product_tokens("core/x/tests/a.rs", "fn f() {}"), []);
}
