//! No text makes the parser panic or point outside it.

use proptest::prelude::*;
use sqlflow_syntax::{Span, Spanned, parse, print, sql};

/// Pieces of the language, so that arbitrary text gets past the first keyword.
const PIECES: &[&str] = &[
    "SOURCE ",
    "LOAD ",
    "CREATE TABLE ",
    "EXPORT ",
    "SET ",
    "IF ",
    "THEN ",
    "END IF",
    "ELSE ",
    "ELSEIF ",
    "== ",
    "AND ",
    "NOT ",
    "IN ",
    "IS NULL",
    "INCLUDE ",
    "FROM ",
    "TYPE ",
    "PARAMS ",
    "OPTIONS ",
    "USING ",
    "TO ",
    "AS ",
    "MODE ",
    "APPEND ",
    "UPSERT ",
    "KEY ",
    "WHERE ",
    "INCREMENTAL BY ",
    "LOOKBACK ",
    "7 DAYS ",
    "DELETE INSERT ",
    "MERGE MERGE_KEYS ",
    "TEST 'n' ON t EXPECT ",
    "NOT_NULL ",
    "ACCEPTED_VALUES ",
    "RELATIONSHIPS ",
    "REFERENCES ",
    "FRESH ",
    "WITHIN ",
    "ROWS ",
    ">= ",
    "SEVERITY WARN ",
    "SELECT ",
    "OR REPLACE ",
    "t ",
    "x.y ",
    "'",
    "\"",
    "''",
    "\"\"",
    "$$",
    "$a$",
    "${",
    "}",
    "${v|5} ",
    "{",
    "[",
    "]",
    "(",
    ")",
    ",",
    ":",
    ";",
    "--",
    "/*",
    "*/",
    "\n",
    "\r",
    "\\",
    "\\u",
    "d83d",
    "E'",
    "=",
    "1",
    "-",
    ".",
    "é",
    "😀",
    "\u{feff}",
    "\u{a0}",
    "\0",
    "_sqlflow.",
    "true",
    "\"a\": ",
    "'p' ",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn check_span(text: &str, span: Span) -> Result<(), TestCaseError> {
    prop_assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
    Ok(())
}

/// Every span of the tree, as its Debug form writes them.
fn spans(tree: &str) -> Vec<Span> {
    let number = |text: &str| text.trim().parse::<usize>().ok();
    let span = |part: &str| {
        let (start, rest) = part.split_once(", end: ")?;
        Some(Span::new(number(start)?, number(rest.split_once(" }")?.0)?))
    };
    tree.split("Span { start: ").skip(1).filter_map(span).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn parsing_never_panics_and_points_into_the_text(text in text()) {
        let parsed = parse(&text);
        for diagnostic in &parsed.diagnostics {
            check_span(&text, diagnostic.span)?;
        }
        for span in spans(&format!("{:?}", parsed.pipeline)) {
            check_span(&text, span)?;
        }
    }

    #[test]
    fn the_standard_form_of_any_text_is_its_own(text in text()) {
        if let Ok(printed) = print(&text) {
            prop_assert_eq!(print(&printed), Ok(printed));
        }
    }

    #[test]
    fn tokens_put_together_are_the_text(text in text()) {
        let whole: String = sql::tokens(&text).map(|token| token.text).collect();
        prop_assert_eq!(whole, text.clone());
        for token in sql::tokens(&text) {
            prop_assert_eq!(&text[token.span.range()], token.text);
        }
    }

    #[test]
    fn text_without_diagnostics_has_all_its_statements(names in proptest::collection::vec("[a-z]{1,8}_", 0..8)) {
        let text: String = names.iter().map(|name| format!("LOAD {name} FROM {name};\n")).collect();
        let parsed = parse(&text);
        prop_assert_eq!(parsed.diagnostics, []);
        prop_assert_eq!(parsed.pipeline.statements.len(), names.len());
    }

    #[test]
    fn any_closed_literal_survives_in_a_query(value in "[^\0]{0,40}") {
        let query = format!("SELECT '{}' AS x", value.replace('\'', "''"));
        let parsed = parse(&format!("CREATE TABLE t AS {query};"));
        prop_assert_eq!(parsed.diagnostics, []);
        let sqlflow_syntax::StatementKind::Create(create) = &parsed.pipeline.statements[0].kind else {
            return Err(TestCaseError::fail("no CREATE"));
        };
        prop_assert_eq!(&create.body.text, &query);
    }

    #[test]
    fn any_place_survives_in_either_quotes(value in "[^\0\r\n]{0,40}") {
        let single = value.replace('\'', "''");
        let double = value.replace('\\', "\\\\").replace('"', "\\\"");
        for place in [format!("'{single}'"), format!("\"{double}\"")] {
            let parsed = parse(&format!("EXPORT t TO {place} TYPE csv;"));
            prop_assert_eq!(parsed.diagnostics, []);
            let sqlflow_syntax::StatementKind::Export(export) = &parsed.pipeline.statements[0].kind else {
                return Err(TestCaseError::fail("no EXPORT"));
            };
            let Spanned { value: found, .. } = &export.place;
            prop_assert_eq!(found, &value);
        }
    }
}
