use serde_json::{Map, Value, json};
use sqlflow_plugin_sdk::{
    CancelToken, ConfigSpec, ConnectorKind, ErrorKind, Field, FieldKind, Result,
};

use crate::{
    Outcome, Trial,
    failure::{During, broken, ensure, told},
};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "array", "object", "null"];
/// What a field is named that holds a secret.
const SECRET_WORDS: [&str; 6] = ["password", "passwd", "secret", "token", "api_key", "private_key"];

pub(super) fn schema(trial: &Trial<'_>) -> Outcome {
    let descriptor = trial.subject.descriptor()?;
    let kinds = &descriptor.manifest.kinds;
    for (role, schema) in [
        (ConnectorKind::Source, &descriptor.source_config),
        (ConnectorKind::Destination, &descriptor.destination_config),
    ] {
        let what = format!("the schema of the {role:?}'s config");
        match schema {
            Some(schema) => well_formed(schema).during(what)?,
            None if kinds.contains(&role) => return broken(format!("{what} is missing")),
            None => {}
        }
    }
    Ok(())
}

fn well_formed(schema: &Value) -> Outcome {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    ensure(text("$schema") == Some(DIALECT), || format!("`$schema` is not {DIALECT}"))?;
    ensure(text("type") == Some("object"), || "`type` is not `object`".to_owned())?;
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return broken("it has no `properties`");
    };
    for (name, property) in properties {
        property_is_well_formed(property).during(format!("property `{name}`"))?;
    }
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    for name in required {
        let known = name.as_str().is_some_and(|name| properties.contains_key(name));
        ensure(known, || format!("`required` names {name}, which is no property"))?;
    }
    Ok(())
}

fn property_is_well_formed(property: &Value) -> Outcome {
    let Some(property) = property.as_object() else { return broken("it is no object") };
    let types = match property.get("type") {
        None => Vec::new(),
        Some(Value::Array(types)) => types.clone(),
        Some(one) => vec![one.clone()],
    };
    let known = |name: &Value| name.as_str().is_some_and(|name| TYPES.contains(&name));
    ensure(types.iter().all(known), || format!("`type` is {types:?}"))?;
    let described = property.get("description").and_then(Value::as_str).unwrap_or_default();
    ensure(!described.trim().is_empty(), || "it has no `description`".to_owned())?;
    for flag in ["x-secret", "x-path"] {
        let fine = property.get(flag).is_none_or(Value::is_boolean);
        ensure(fine, || format!("`{flag}` is neither true nor false"))?;
    }
    Ok(())
}

pub(super) fn marked(trial: &Trial<'_>) -> Outcome {
    for role in trial.subject.manifest()?.kinds {
        let spec = trial.spec(role)?;
        let named = |field: &&Field| SECRET_WORDS.iter().any(|word| field.name().contains(word));
        if let Some(field) = spec.fields().iter().filter(named).find(|field| !field.is_secret()) {
            return broken(format!("field `{}` is not marked with `x-secret`", field.name()));
        }
    }
    Ok(())
}

pub(super) fn refused(trial: &Trial<'_>) -> Outcome {
    for role in trial.subject.manifest()?.kinds {
        let good = good_config(trial, role)?;
        open(trial, role, &good).during("a good config")?;
        for (what, bad) in bad_configs(&trial.spec(role)?, &good) {
            match open(trial, role, &bad) {
                Ok(()) => return broken(format!("{role:?}: {what} is accepted")),
                Err(error) if error.kind() == ErrorKind::Config => {}
                Err(error) => return broken(format!("{role:?}: {what} ends in {}", told(&error))),
            }
        }
    }
    Ok(())
}

/// The config of the fixture for a role.
pub(super) fn good_config(trial: &Trial<'_>, role: ConnectorKind) -> Outcome<Map<String, Value>> {
    match role {
        ConnectorKind::Source => Ok(trial.main()?.config),
        ConnectorKind::Destination => trial.config(role, &trial.destination()?.config, &[]),
    }
}

/// Opens a role with a config, and closes it.
pub(super) fn open(
    trial: &Trial<'_>,
    role: ConnectorKind,
    config: &Map<String, Value>,
) -> Result<()> {
    let cancel = CancelToken::new();
    match role {
        ConnectorKind::Source => trial.subject.open_source(None, config, &cancel).map(drop),
        ConnectorKind::Destination => trial.subject.open_destination(config, &cancel).map(drop),
    }
}

type Bad = (String, Map<String, Value>);

fn bad_configs(spec: &ConfigSpec, good: &Map<String, Value>) -> Vec<Bad> {
    let with = |key: &str, value: Value| {
        let mut config = good.clone();
        config.insert(key.to_owned(), value);
        config
    };
    let mut bad = vec![("an unknown setting".to_owned(), with("no_such_setting", json!(1)))];
    for field in spec.fields() {
        let name = field.name();
        if field.is_required() {
            let mut config = good.clone();
            config.retain(|key, _| !field.answers_to(key));
            bad.push((format!("a config without `{name}`"), config));
        }
        if let Some(value) = ill_typed(field) {
            bad.push((format!("{value} as `{name}`"), with(name, value)));
        }
    }
    bad
}

/// A value that the field does not take.
fn ill_typed(field: &Field) -> Option<Value> {
    match field.kind() {
        FieldKind::Any => None,
        FieldKind::Map => Some(json!("no map")),
        _ => Some(json!({"not": "this"})),
    }
}
