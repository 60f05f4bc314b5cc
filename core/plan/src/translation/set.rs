use sqlflow_profile::{Piece, Substituted, Value, parse_template};
use sqlflow_syntax::Set;

use super::Translation;

impl Translation<'_> {
    /// Takes in a SET. One whose value cannot be had is empty, so that its readers are not
    /// reported too.
    pub(super) fn set(&mut self, set: &Set) {
        let name = set.name.text.clone();
        let Some(filled) = self.fill(&set.value.value, set.value.span) else {
            self.variables.set(name, Value::Text(String::new()));
            return;
        };
        let (secret, value) = (filled.is_secret(), self.value_of(set, filled));
        if secret {
            self.variables.set_secret(name, value);
        } else {
            self.variables.set(name, value);
        }
    }

    /// What stood in quotes is text; a single reference keeps the type of its value.
    fn value_of(&self, set: &Set, filled: Substituted) -> Value {
        if let Some(value) = single(&set.value.value, &filled) {
            return value.clone();
        }
        let written = self.input.text.get(set.value.span.range()).unwrap_or_default();
        let quoted = written.starts_with(['"', '\'']) && written != set.value.value;
        if quoted { Value::Text(filled.text) } else { Value::from_literal(&filled.text) }
    }
}

/// The value of a template that is one reference and nothing else.
pub(crate) fn single<'f>(template: &str, filled: &'f Substituted) -> Option<&'f Value> {
    match parse_template(template).ok()?.as_slice() {
        [Piece::Reference(_)] => filled.uses.first().map(|used| &used.resolved.value),
        _ => None,
    }
}
