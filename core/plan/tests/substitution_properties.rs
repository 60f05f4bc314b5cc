//! No value changes the SQL around it, whatever both are.

mod support;

use proptest::prelude::*;
use sqlflow_profile::Value;
use sqlflow_syntax::sql::{Token, TokenKind, tokens};
use support::{demo, sql};

/// What may stand around a reference. None of it needs anything else to be well-formed.
const AROUND: &[&str] = &[
    "SELECT",
    "FROM",
    "a",
    "t.c",
    "\"q\"\"x\"",
    "'it''s'",
    "E'b\\'s'",
    "$$ d $$",
    "$q$ e $q$",
    "5",
    "1.5",
    "-",
    "+",
    "=",
    "::",
    ".",
    ",",
    "(1)",
    "[2]",
    "-- c\n",
    "/* d */",
    " ",
    "\n",
    "extract(x",
    "|",
    "&",
    "@",
    "<",
    "IS DISTINCT FROM",
    "$1",
    "?",
];

/// Places for the value.
const PLACES: &[&str] = &[
    "${v}",
    "'${v}'",
    "'a ${v} b${v}'",
    "E'${v}'",
    "E'\\n${v}\\''",
    "\"${v}\"",
    "\"a${v}\"",
    "x_${v}",
    "${v}_x",
    "${v}${v}",
    "$$${v}$$",
    "$q$ ${v} $q$",
];

fn values() -> impl Strategy<Value = Value> {
    let nasty = prop::collection::vec(
        prop::sample::select(vec![
            "'",
            "\"",
            "\\",
            "$",
            "$$",
            "$q$",
            "--",
            "/*",
            "*/",
            ";",
            "\n",
            "\r",
            "x",
            "${v}",
            "{",
            "}",
            "(",
            ")",
            "é",
            "\u{0}",
            " ",
            "E'",
            "DROP TABLE x",
            "5",
            "query(",
        ]),
        0..6,
    );
    prop_oneof![
        nasty.prop_map(|parts| Value::Text(parts.concat())),
        any::<String>().prop_map(Value::Text),
        any::<i64>().prop_map(|number| Value::Number(number.to_string())),
        any::<f32>()
            .prop_filter("finite", |x| x.is_finite())
            .prop_map(|x| Value::Number(x.to_string())),
        any::<bool>().prop_map(Value::Boolean),
        Just(Value::Null),
    ]
}

fn bodies() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => prop::sample::select(AROUND.to_vec()),
        2 => prop::sample::select(PLACES.to_vec()),
    ];
    prop::collection::vec((part, prop::bool::ANY), 1..8).prop_map(|parts| {
        let spaced =
            |(part, space): (&str, bool)| format!("{part}{}", if space { " " } else { "" });
        format!("SELECT {} ", parts.into_iter().map(spaced).collect::<String>())
    })
}

/// The tokens that count: white space may be added around a value.
fn significant(text: &str) -> Vec<Token<'_>> {
    tokens(text).filter(|token| token.kind != TokenKind::Whitespace).collect()
}

/// Whether the token, or one joined to it, holds a reference.
fn parts_of_a_name(rest: &[Token<'_>]) -> usize {
    let mut end = rest[0].span.start;
    let part = |token: &&Token<'_>| {
        let joined = token.span.start == end;
        end = token.span.end;
        joined && matches!(token.kind, TokenKind::Word | TokenKind::Number | TokenKind::Variable)
    };
    let run = rest.iter().take_while(part).count();
    let has_variable = rest[..run].iter().any(|token| token.kind == TokenKind::Variable);
    if has_variable { run } else { 0 }
}

/// Follows both texts token by token; what is not substituted is the same, and each substituted
/// place is one literal, name or number.
fn same_but_for_values(before: &str, after: &str) -> Result<(), String> {
    let (before, after) = (significant(before), significant(after));
    let (mut left, mut right) = (before.as_slice(), after.as_slice());
    while let Some(token) = left.first() {
        let Some(made) = right.first() else { return Err(format!("{token:?} is lost")) };
        let run = parts_of_a_name(left);
        let negative = made.is_symbol('-') && run > 0;
        let made = if negative { right.get(1).ok_or("a minus alone")? } else { made };
        let is_fine = match token.kind {
            _ if run > 0 => is_value(made),
            TokenKind::LineComment | TokenKind::BlockComment => made.text == token.text,
            _ if token.text.contains("${") => made.kind == token.kind && made.closed,
            _ => made.text == token.text,
        };
        if !is_fine {
            return Err(format!("{token:?} became {made:?}"));
        }
        left = &left[run.max(1)..];
        right = &right[1 + usize::from(negative)..];
    }
    if right.is_empty() { Ok(()) } else { Err(format!("{:?} was added", right[0])) }
}

fn is_value(token: &Token<'_>) -> bool {
    let is_word = ["true", "false", "null"].iter().any(|word| token.is_word(word));
    let is_quoted = matches!(token.kind, TokenKind::StringLiteral | TokenKind::QuotedIdent);
    token.closed && (is_word || is_quoted || token.kind == TokenKind::Number)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, max_global_rejects: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_never_changes_the_sql_around_it(body in bodies(), value in values()) {
        let text = format!("CREATE TABLE made AS {body};");
        prop_assume!(sqlflow_syntax::parse(&text).diagnostics.is_empty());
        let Ok(plan) = demo(&text).var("v", value).build() else { return Ok(()) };
        let made = sql(&plan);
        let same = same_but_for_values(body.trim_end(), &made);
        prop_assert!(same.is_ok(), "{body:?}\nbecame {made:?}\n{same:?}");
    }

    #[test]
    fn any_value_fits_into_a_plain_literal(value in "[^\u{0}]*") {
        let text = "CREATE TABLE made AS SELECT '${v}', ${w};";
        let (v, w) = (Value::Text(value.clone()), Value::Text(value.clone()));
        let made = sql(&demo(text).var("v", v).var("w", w).plan());
        let literal = format!("'{}'", value.split('\'').collect::<Vec<_>>().join("''"));
        prop_assert_eq!(made, format!("SELECT {literal}, {literal}"));
    }
}
