//! Names and texts as SQL writes them.

/// Quotes a name, so that it is a name whatever it holds.
pub fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Quotes a text, so that it is a text whatever it holds.
pub fn quote_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::{quote_identifier, quote_literal};

    #[test]
    fn a_name_that_holds_a_quote_stays_one_name() {
        assert_eq!(quote_identifier("a\"; DROP TABLE t; --"), "\"a\"\"; DROP TABLE t; --\"");
    }

    #[test]
    fn a_text_that_holds_a_quote_stays_one_text() {
        assert_eq!(quote_literal("it's"), "'it''s'");
    }
}
