//! Names, suggestions and places.

use sqlflow_syntax::{Ident, Span, TableName, line_column, suggest};

fn ident(text: &str) -> Ident {
    Ident { text: text.to_owned(), quoted: true, span: Span::default() }
}

fn table(schema: Option<&str>, name: &str) -> TableName {
    TableName { schema: schema.map(ident), name: ident(name), span: Span::default() }
}

#[test]
fn names_are_quoted_only_where_sql_needs_it() {
    let check = |name: &str, expect: &str| assert_eq!(ident(name).to_string(), expect);
    check("Orders_2", "Orders_2");
    check("_x", "_x");
    check("order lines", "\"order lines\"");
    check("2024", "\"2024\"");
    check("a\"b", "\"a\"\"b\"");
    check("Order", "\"Order\"");
    check("größe", "\"größe\"");
    assert_eq!(table(Some("raw"), "a.b").to_string(), "raw.\"a.b\"");
}

#[test]
fn keys_ignore_ascii_case_and_tell_schemas_from_dots() {
    assert_eq!(table(None, "Orders").key(), table(None, "ORDERS").key());
    assert_ne!(table(Some("a"), "b").key(), table(None, "a.b").key());
    assert_ne!(ident("É").key(), ident("é").key());
    assert!(ident("Orders").matches("oRDERS"));
}

#[test]
fn suggestions_are_near_and_never_far() {
    let known = ["LOAD", "SOURCE", "SET", "customers"];
    let check = |word: &str, expect: Option<&str>| assert_eq!(suggest(word, known), expect);
    check("LAOD", Some("LOAD"));
    check("load", Some("LOAD"));
    check("SUORCE", Some("SOURCE"));
    check("SRC", None);
    check("custmers_", Some("customers"));
    check("S", None);
    check("", None);
    check(&"x".repeat(1_000_000), None);
}

#[test]
fn lines_and_columns_count_from_one_in_characters() {
    let text = "é1\r\n\n😀x";
    let check = |offset, expect| assert_eq!(line_column(text, offset), expect, "{offset}");
    check(0, (1, 1));
    check(1, (1, 1));
    check(2, (1, 2));
    check(5, (2, 1));
    check(6, (3, 1));
    check(10, (3, 2));
    check(11, (3, 3));
    check(999, (3, 3));
}
