use sqlflow_profile::{
    BadReference, Piece, Substituted, Value, Variables, parse_template, substitute,
};
use sqlflow_syntax::Set;

use super::Translation;

impl Translation<'_> {
    /// Takes in a SET.
    pub(super) fn set(&mut self, set: &Set) {
        let (value, span) = (&set.value.value, set.value.span);
        let _ = self.fill(value, span);
        let _ = assign(set, self.input.text(), &mut self.variables);
    }
}

/// Gives a variable the value of a SET. One whose value cannot be had is empty, so that its readers
/// are not reported too.
///
/// # Errors
///
/// What is wrong with the value's references.
pub(crate) fn assign(
    set: &Set,
    text: &str,
    variables: &mut Variables,
) -> Result<(), Vec<BadReference>> {
    let name = set.name.text.clone();
    let filled = substitute(&set.value.value, variables).inspect_err(|_| {
        variables.set(name.clone(), Value::Text(String::new()));
    })?;
    let (secret, value) = (filled.is_secret(), value_of(set, text, filled));
    if secret {
        variables.set_secret(name, value);
    } else {
        variables.set(name, value);
    }
    Ok(())
}

/// What stood in quotes is text; a single reference keeps the type of its value.
fn value_of(set: &Set, text: &str, filled: Substituted) -> Value {
    if let Some(value) = single(&set.value.value, &filled) {
        return value.clone();
    }
    let written = text.get(set.value.span.range()).unwrap_or_default();
    let quoted = written.starts_with(['"', '\'']) && written != set.value.value;
    if quoted { Value::Text(filled.text) } else { Value::from_literal(&filled.text) }
}

/// The value of a template that is one reference and nothing else.
pub(crate) fn single<'f>(template: &str, filled: &'f Substituted) -> Option<&'f Value> {
    match parse_template(template).ok()?.as_slice() {
        [Piece::Reference(_)] => filled.uses.first().map(|used| &used.resolved.value),
        _ => None,
    }
}
