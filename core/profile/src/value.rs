//! The value of a variable.

use std::collections::BTreeMap;

/// Values by variable name, such as those of `--vars` or of a profile's `variables`.
pub type Assignments = BTreeMap<String, Value>;

/// The value of a variable. Numbers are kept as they were written, so that `1.50` stays `1.50`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number in JSON's notation, as written.
    Number(String),
    /// `true` or `false`.
    Boolean(bool),
    /// `null`.
    Null,
}

impl Value {
    /// Reads an unquoted value: `true`, `false`, `null`, a number in JSON's notation, else text.
    ///
    /// Whatever would not print as it was written (`007`, `+5`, `1e999`) stays text.
    #[must_use]
    pub fn from_literal(text: &str) -> Self {
        match text {
            "true" => Self::Boolean(true),
            "false" => Self::Boolean(false),
            "null" => Self::Null,
            _ if is_number(text) => Self::Number(text.to_owned()),
            _ => Self::Text(text.to_owned()),
        }
    }

    /// The value as text, exactly as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) => text,
            Self::Boolean(true) => "true",
            Self::Boolean(false) => "false",
            Self::Null => "null",
        }
    }
}

/// Tells whether the text is a finite number in JSON's notation.
fn is_number(text: &str) -> bool {
    let starts_and_ends_as_one = text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_digit());
    starts_and_ends_as_one && serde_json::from_str::<serde_json::Number>(text).is_ok()
}
