//! Replacing the references of a text.

use std::fmt;

use crate::bad_reference::BadReference;
use crate::code;
use crate::origin::Origin;
use crate::template::{Piece, Reference, parse_template};
use crate::value::Value;
use crate::variables::Variables;

/// The most bytes one text may grow to, so that variables that repeat each other stay bounded.
pub(crate) const MAX_TEXT: usize = 1 << 20;

/// A value with its history. `Debug` hides the value of a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The value.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
    /// Whether it is treated as a secret, its origin or that of a part of it being one.
    pub secret: bool,
}

/// A text whose references have been replaced. `Debug` hides a text that holds a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Substituted {
    /// The text.
    pub text: String,
    /// The references that were replaced, in order.
    pub uses: Vec<Use>,
}

/// One replaced reference. `Debug` hides the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The reference.
    pub reference: Reference,
    /// What took its place.
    pub resolved: Resolved,
}

impl Substituted {
    /// Tells whether a secret is part of the text.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.uses.iter().any(|used| used.resolved.secret)
    }
}

/// Replaces every reference of `text` by its value as written; values are not looked into again.
///
/// For text only: SQL needs quoting, which `core/plan` adds piece by piece.
///
/// # Errors
///
/// All references that are malformed or have no value, and a text that grows beyond 1 MiB.
pub fn substitute(text: &str, variables: &Variables) -> Result<Substituted, Vec<BadReference>> {
    fill(text, |reference| variables.resolve(reference))
}

/// Replaces every reference of `text` by what `resolve` makes of it.
pub(crate) fn fill(
    text: &str,
    mut resolve: impl FnMut(&Reference) -> Result<Resolved, BadReference>,
) -> Result<Substituted, Vec<BadReference>> {
    let mut filled = Substituted { text: String::new(), uses: Vec::new() };
    let mut errors = Vec::new();
    for piece in parse_template(text)? {
        let reference = match piece {
            Piece::Text(range) => {
                filled.text.push_str(&text[range]);
                continue;
            }
            Piece::Reference(reference) => reference,
        };
        match resolve(&reference) {
            Ok(resolved) if filled.text.len() + resolved.value.text().len() <= MAX_TEXT => {
                filled.text.push_str(resolved.value.text());
                filled.uses.push(Use { reference, resolved });
            }
            Ok(_) => errors.push(too_long(&reference)),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(filled) } else { Err(errors) }
}

pub(crate) fn too_long(reference: &Reference) -> BadReference {
    BadReference {
        code: code::TOO_LARGE,
        name: reference.name.clone(),
        range: reference.range.clone(),
        nearest: None,
        message: format!("with `{}` the text grows beyond {MAX_TEXT} bytes", reference.name),
        help: "shorten the value, or the values it is made of".to_owned(),
    }
}

impl fmt::Debug for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = Value::Text("***".to_owned());
        f.debug_struct("Resolved")
            .field("value", if self.secret { &hidden } else { &self.value })
            .field("origin", &self.origin)
            .field("secret", &self.secret)
            .finish()
    }
}

impl fmt::Debug for Substituted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Substituted")
            .field("text", if self.is_secret() { &"***" } else { &self.text })
            .field("uses", &self.uses)
            .finish()
    }
}
