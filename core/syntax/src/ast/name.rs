//! Names: they keep their case, and compare without it.

use std::fmt;

use crate::Span;

/// What the engine does not take for a name unless it is quoted (DuckDB 1.5, category "reserved").
const RESERVED_WORDS: &str = "\
    all analyse analyze and any array as asc asymmetric both case cast check collate column \
    constraint create default deferrable desc describe distinct do else end except false fetch \
    for foreign from group having in initially intersect into lambda lateral leading limit not \
    null offset on only or order pivot pivot_longer pivot_wider placing primary qualify \
    references returning select show some summarize symmetric table then to trailing true union \
    unique unpivot using variadic when where window with";

/// A name as written.
///
/// Equality is that of the text, case and place; use [`Ident::matches`] or [`Ident::key`] to ask
/// whether two names mean the same thing. `Display` writes it as SQL, quoted only where needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident {
    /// The name without quotes, in the case it was written.
    pub text: String,
    /// Whether it stood in quotes.
    pub quoted: bool,
    /// Where it stands, quotes included.
    pub span: Span,
}

impl Ident {
    /// Whether `name` means the same: equal but for ASCII case.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.text.eq_ignore_ascii_case(name)
    }

    /// The form under which names that mean the same are equal: ASCII lower case, without quotes.
    #[must_use]
    pub fn key(&self) -> String {
        self.text.to_ascii_lowercase()
    }

    fn is_plain(&self) -> bool {
        let mut chars = self.text.chars();
        chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && chars.all(|next| next.is_ascii_alphanumeric() || next == '_')
            && RESERVED_WORDS.split(' ').all(|word| !self.matches(word))
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_plain() {
            out.write_str(&self.text)
        } else {
            write!(out, "\"{}\"", self.text.replace('"', "\"\""))
        }
    }
}

/// A table's name, with or without a schema. `Display` writes it as SQL, quoted only where needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    /// The schema, if written.
    pub schema: Option<Ident>,
    /// The table.
    pub name: Ident,
    /// Where both stand.
    pub span: Span,
}

impl TableName {
    /// The form under which names that mean the same are equal: SQL in ASCII lower case.
    ///
    /// `Orders` and `"orders"` have one key; `a.b` and `"a.b"` have two.
    #[must_use]
    pub fn key(&self) -> String {
        self.to_string().to_ascii_lowercase()
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(out, "{schema}.")?;
        }
        write!(out, "{}", self.name)
    }
}
