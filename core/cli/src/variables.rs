//! Where the value of each variable of a pipeline came from.

use serde_json::{Value, json};
use sqlflow_plan::VariableUse;

use crate::render::clean::clean_line;

/// What stands for a value that must not be shown.
const HIDDEN: &str = "***";

/// The variables that a pipeline uses, with each value once.
pub(crate) fn once(uses: Vec<VariableUse>) -> Vec<VariableUse> {
    let mut kept: Vec<VariableUse> = Vec::new();
    for used in uses {
        let same = |other: &VariableUse| {
            other.used.reference.name == used.used.reference.name
                && other.used.resolved == used.used.resolved
        };
        if !kept.iter().any(same) {
            kept.push(used);
        }
    }
    kept
}

/// Such as `data_dir = data  (the profile's variables)`.
pub(crate) fn line(used: &VariableUse) -> String {
    let resolved = &used.used.resolved;
    let value = if resolved.secret { HIDDEN } else { resolved.value.text() };
    clean_line(&format!("{} = {value}  ({})", used.used.reference.name, resolved.origin))
}

/// The same as JSON; a secret has no value.
pub(crate) fn json(used: &VariableUse) -> Value {
    let resolved = &used.used.resolved;
    json!({
        "name": used.used.reference.name,
        "value": (!resolved.secret).then(|| resolved.value.text()),
        "secret": resolved.secret,
        "origin": resolved.origin.to_string(),
    })
}
