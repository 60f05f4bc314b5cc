use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{ConfigProblem, ConfigSpec, Field, FieldKind, ProblemKind};

pub(super) fn resolve(
    spec: &ConfigSpec,
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, Vec<ConfigProblem>> {
    let mut problems = Vec::new();
    let mut found = sort_by_field(spec, given, &mut problems);
    let mut resolved = Map::new();
    for field in spec.fields() {
        match value_of(field, found.remove(field.name())) {
            Ok(Some(value)) => {
                resolved.insert(field.name().to_owned(), value);
            }
            Ok(None) => {}
            Err(problem) if is_misspelt(field, &problem, &problems) => {}
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(resolved) } else { Err(problems) }
}

/// Whether a field is missing because its name is misspelt, which is told already.
fn is_misspelt(field: &Field, problem: &ConfigProblem, told: &[ConfigProblem]) -> bool {
    let means = |told: &ConfigProblem| match &told.kind {
        ProblemKind::Unknown { nearest: Some(nearest), .. } => field.answers_to(nearest),
        _ => false,
    };
    problem.kind == ProblemKind::Missing && told.iter().any(means)
}

type Given<'a> = (&'a str, &'a Value);

fn sort_by_field<'a>(
    spec: &'a ConfigSpec,
    given: &'a Map<String, Value>,
    problems: &mut Vec<ConfigProblem>,
) -> HashMap<&'a str, Given<'a>> {
    let mut found: HashMap<&str, Given<'_>> = HashMap::new();
    for (key, value) in given {
        let Some(field) = spec.field(key) else {
            problems.push(unknown(spec, key));
            continue;
        };
        if let Some((other, _)) = found.insert(field.name(), (key, value)) {
            let kind = ProblemKind::Twice { other: other.to_owned() };
            problems.push(ConfigProblem { key: key.clone(), kind });
        }
    }
    found
}

fn value_of(field: &Field, given: Option<Given<'_>>) -> Result<Option<Value>, ConfigProblem> {
    let missing = || ConfigProblem { key: field.name().to_owned(), kind: ProblemKind::Missing };
    match given {
        None | Some((_, Value::Null)) if field.is_required() => Err(missing()),
        None | Some((_, Value::Null)) => Ok(default_of(field)),
        Some((key, value)) => check(field, value)
            .map(Some)
            .map_err(|kind| ConfigProblem { key: key.to_owned(), kind }),
    }
}

/// In the field's own form, so that resolving again finds nothing to convert.
fn default_of(field: &Field) -> Option<Value> {
    let default = field.default_value()?;
    Some(check(field, default).unwrap_or_else(|_| default.clone()))
}

fn check(field: &Field, value: &Value) -> Result<Value, ProblemKind> {
    let value = convert(field.kind(), value)
        .ok_or(ProblemKind::WrongType { expected: field.kind().name() })?;
    if let (Some(minimum), Some(number)) = (field.minimum, value.as_f64())
        && number < minimum as f64
    {
        return Err(ProblemKind::BelowMinimum { minimum });
    }
    allowed(field, value)
}

fn allowed(field: &Field, value: Value) -> Result<Value, ProblemKind> {
    match value {
        value if field.allowed().is_empty() => Ok(value),
        Value::String(text) => one_allowed(field, &text),
        Value::Array(items) => items.into_iter().map(|item| allowed(field, item)).collect(),
        value => Ok(value),
    }
}

fn one_allowed(field: &Field, text: &str) -> Result<Value, ProblemKind> {
    let hit = field.allowed().iter().find(|allowed| allowed.eq_ignore_ascii_case(text));
    hit.map(|hit| Value::String(hit.clone()))
        .ok_or_else(|| ProblemKind::NotAllowed { allowed: field.allowed().to_vec() })
}

fn convert(kind: FieldKind, value: &Value) -> Option<Value> {
    match kind {
        FieldKind::Any => Some(value.clone()),
        FieldKind::Text => text(value).map(Value::String),
        FieldKind::Integer => integer(value).map(Value::from),
        FieldKind::Number => number(value),
        FieldKind::Boolean => boolean(value).map(Value::Bool),
        FieldKind::List => list(value),
        FieldKind::TextOrList => {
            text(value).map(|one| Value::from(vec![one])).or_else(|| list(value))
        }
        FieldKind::Map => map(value),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(text) => {
            text.trim().parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::from)
        }
        _ => None,
    }
}

fn boolean(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| match value.as_str()?.trim().to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    })
}

fn list(value: &Value) -> Option<Value> {
    let items: Option<Vec<String>> = value.as_array()?.iter().map(text).collect();
    items.map(Value::from)
}

fn map(value: &Value) -> Option<Value> {
    let entries = value.as_object()?.iter();
    let entries: Option<Map<String, Value>> =
        entries.map(|(key, value)| Some((key.clone(), Value::String(text(value)?)))).collect();
    entries.map(Value::Object)
}

fn unknown(spec: &ConfigSpec, key: &str) -> ConfigProblem {
    let known: Vec<String> = spec.fields().iter().map(|field| field.name().to_owned()).collect();
    let names = spec.fields().iter().flat_map(|f| [&f.name].into_iter().chain(&f.aliases));
    let nearest = names
        .map(|name| (strsim::damerau_levenshtein(&key.to_lowercase(), name), name))
        .filter(|(distance, name)| *distance <= 1.max(name.len() / 3))
        .min()
        .map(|(_, name)| name.clone());
    ConfigProblem { key: key.to_owned(), kind: ProblemKind::Unknown { nearest, known } }
}
