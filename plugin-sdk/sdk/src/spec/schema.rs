use serde_json::{Map, Value, json};

use super::{ConfigSpec, Field, FieldKind};
use crate::{Error, ErrorKind, Result};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

pub(super) fn write(spec: &ConfigSpec) -> Value {
    let properties: Map<String, Value> =
        spec.fields().iter().map(|field| (field.name().to_owned(), property(field))).collect();
    let required: Vec<&str> =
        spec.fields().iter().filter(|field| field.is_required()).map(Field::name).collect();
    json!({
        "$schema": DIALECT,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(field: &Field) -> Value {
    let mut property = shape(field.kind);
    let mut put = |key: &str, value: Value| property.insert(key.to_owned(), value);
    put("description", field.doc.clone().into());
    field.default.clone().map(|value| put("default", value));
    field.minimum.map(|value| put("minimum", value.into()));
    field.placeholder.clone().map(|value| put("x-placeholder", value.into()));
    let lists = [("enum", &field.one_of), ("x-aliases", &field.aliases), ("x-env", &field.env)];
    for (key, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        put(key, list.clone().into());
    }
    for (key, _) in
        [("x-secret", field.secret), ("x-path", field.path)].iter().filter(|(_, on)| *on)
    {
        put(key, true.into());
    }
    Value::Object(property)
}

fn shape(kind: FieldKind) -> Map<String, Value> {
    let strings = || json!({"type": "string"});
    let shape = match kind {
        FieldKind::Text => json!({"type": "string"}),
        FieldKind::Integer => json!({"type": "integer"}),
        FieldKind::Number => json!({"type": "number"}),
        FieldKind::Boolean => json!({"type": "boolean"}),
        FieldKind::List => json!({"type": "array", "items": strings()}),
        FieldKind::TextOrList => json!({"type": ["string", "array"], "items": strings()}),
        FieldKind::Map => json!({"type": "object", "additionalProperties": strings()}),
        FieldKind::Any => json!({}),
    };
    match shape {
        Value::Object(shape) => shape,
        _ => Map::new(),
    }
}

pub(super) fn read(schema: &Value) -> Result<ConfigSpec> {
    let properties = schema.get("properties").and_then(Value::as_object).ok_or_else(|| {
        Error::new(ErrorKind::Config, "the plugin's config schema has no `properties`")
    })?;
    let required = strings(schema.get("required"));
    let field = |(name, property): (&String, &Value)| {
        let mut field = read_property(name, property);
        field.required = required.contains(name);
        field
    };
    Ok(ConfigSpec::new(properties.iter().map(field)))
}

fn read_property(name: &str, property: &Value) -> Field {
    let string = |key: &str| property.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    let flag = |key: &str| property.get(key).and_then(Value::as_bool).unwrap_or(false);
    Field {
        doc: string("description").unwrap_or_default(),
        aliases: strings(property.get("x-aliases")),
        default: property.get("default").cloned(),
        one_of: strings(property.get("enum")),
        minimum: property.get("minimum").and_then(Value::as_i64),
        secret: flag("x-secret"),
        path: flag("x-path"),
        env: strings(property.get("x-env")),
        placeholder: string("x-placeholder"),
        ..Field::new(name, kind(property), "")
    }
}

fn kind(property: &Value) -> FieldKind {
    match property.get("type") {
        Some(Value::String(name)) => match name.as_str() {
            "string" => FieldKind::Text,
            "integer" => FieldKind::Integer,
            "number" => FieldKind::Number,
            "boolean" => FieldKind::Boolean,
            "array" => FieldKind::List,
            "object" => FieldKind::Map,
            _ => FieldKind::Any,
        },
        Some(Value::Array(names)) if names.iter().any(|name| name == "array") => {
            FieldKind::TextOrList
        }
        _ => FieldKind::Any,
    }
}

fn strings(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item.as_str().map(ToOwned::to_owned)).collect()
}
