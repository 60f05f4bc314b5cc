//! The tokens of SQL. What DuckDB takes for one token was asked of DuckDB 1.5.6.

use sqlflow_syntax::sql::{TokenKind, tokens, variable_len};

fn letter(kind: TokenKind<'_>) -> &'static str {
    match kind {
        TokenKind::Word => "word",
        TokenKind::QuotedIdent => "ident",
        TokenKind::StringLiteral => "string",
        TokenKind::DollarQuoted { .. } => "dollar",
        TokenKind::Number => "number",
        TokenKind::Variable => "variable",
        TokenKind::LineComment | TokenKind::BlockComment => "comment",
        TokenKind::Whitespace => "space",
        TokenKind::Symbol => "symbol",
    }
}

fn check(text: &str, expect: &[(&str, &str)]) {
    let found = tokens(text).filter(|token| token.kind != TokenKind::Whitespace);
    let found: Vec<_> = found.map(|token| (letter(token.kind), token.text)).collect();
    assert_eq!(found, expect, "{text}");
}

#[test]
fn quotes_end_where_duckdb_ends_them() {
    check("'it''s' x", &[("string", "'it''s'"), ("word", "x")]);
    check("'a\\' x", &[("string", "'a\\'"), ("word", "x")]);
    check("E'a\\'b' x", &[("string", "E'a\\'b'"), ("word", "x")]);
    check("e'a''b' x", &[("string", "e'a''b'"), ("word", "x")]);
    check("note'x'", &[("word", "note"), ("string", "'x'")]);
    check("\"a\"\"b\" \"c\\\"", &[("ident", "\"a\"\"b\""), ("ident", "\"c\\\"")]);
    check("$$a$b$$ $a$ $$ $a$", &[("dollar", "$$a$b$$"), ("dollar", "$a$ $$ $a$")]);
    check(
        "$ä$x$ä$ $1 a$b$",
        &[("dollar", "$ä$x$ä$"), ("symbol", "$"), ("number", "1"), ("word", "a$b$")],
    );
}

#[test]
fn comments_nest_and_lines_end_at_either_end() {
    check(
        "1 /* a /* b */ c */ 2",
        &[("number", "1"), ("comment", "/* a /* b */ c */"), ("number", "2")],
    );
    check("5--3\r+1", &[("number", "5"), ("comment", "--3"), ("symbol", "+"), ("number", "1")]);
}

#[test]
fn numbers_words_and_symbols_are_told_apart() {
    check(
        "1_000 1e3 1.5E-3 .5 1. 1a",
        &[
            ("number", "1_000"),
            ("number", "1e3"),
            ("number", "1.5E-3"),
            ("number", ".5"),
            ("number", "1."),
            ("number", "1"),
            ("word", "a"),
        ],
    );
    check(
        "a::b.größe",
        &[
            ("word", "a"),
            ("symbol", ":"),
            ("symbol", ":"),
            ("word", "b"),
            ("symbol", "."),
            ("word", "größe"),
        ],
    );
}

#[test]
fn variables_stand_alone_outside_quotes_and_inside_belong_to_them() {
    check("a_${v|x y}b", &[("word", "a_"), ("variable", "${v|x y}"), ("word", "b")]);
    check(
        "'${v}' \"${v}\" $$${v}$$ /*${v}*/",
        &[
            ("string", "'${v}'"),
            ("ident", "\"${v}\""),
            ("dollar", "$$${v}$$"),
            ("comment", "/*${v}*/"),
        ],
    );
}

#[test]
fn variable_ends_at_the_brace_after_its_default() {
    let check = |text: &str, expect: Option<&str>| {
        assert_eq!(variable_len(text).map(|length| &text[..length]), expect, "{text}");
    };
    check("${v} x", Some("${v}"));
    check("${v|it's} x'}", Some("${v|it's}"));
    check("${v|\"a } b\"} x", Some("${v|\"a } b\"}"));
    check("${v| 'a } b' } x", Some("${v| 'a } b' }"));
    check("${v|\"a} x", Some("${v|\"a}"));
    check("${v\n}", None);
    check("$v", None);
}

#[test]
fn tokens_without_end_say_so() {
    for text in ["'a", "E'\\'", "\"a", "$$a", "$t$ $u$", "/* /* */", "${a"] {
        let last = tokens(text).last().expect("a token");
        assert!(!last.closed, "{text}");
        assert_eq!(last.text, text);
    }
}

#[test]
fn dollar_quote_tells_its_tag() {
    let tag = |text| tokens(text).next().map(|token| token.kind);
    assert_eq!(tag("$t1$x$t1$"), Some(TokenKind::DollarQuoted { tag: "t1" }));
    assert_eq!(tag("$$x$$"), Some(TokenKind::DollarQuoted { tag: "" }));
}
