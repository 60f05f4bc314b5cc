//! The JSON Schema of a profile, for editors. It is made of the tables of keys that the reader
//! itself goes by.

use serde_json::{Map, Value, json};

mod resilience;

use crate::{connection, engine, notify, profile_file, runs, time};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// What any text may hold in place of a value.
const REFERENCE: &str = r"\$\{";

/// A connector, as far as the schema of profiles needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectorSchema {
    /// Its name and its aliases.
    pub names: Vec<String>,
    /// The JSON Schemas of its source and its destination, those it has.
    pub roles: Vec<Value>,
}

/// The JSON Schema (draft 2020-12) of a profile whose connections are of these connectors.
///
/// It accepts what the reader accepts, but for SQLFlow's profile below its own name; some mistakes
/// that the reader finds no schema can tell, such as two keys that contradict each other.
#[must_use]
pub fn profile_schema(connectors: &[ConnectorSchema]) -> Value {
    let old = profile_file::OLD.iter().chain(profile_file::UNUSED).map(|(key, instead)| {
        let mut section = match *key {
            "engines" => object(&["duckdb"], |_| object(engine::OLD_KEYS, engine_key)),
            "connectors" => connections(),
            _ => json!({}),
        };
        section["deprecated"] = true.into();
        section["description"] = format!("SQLFlow's older form: {instead}").into();
        ((*key).to_owned(), section)
    });
    let sections = profile_file::KEYS.iter().map(|key| ((*key).to_owned(), section(key)));
    let mut definitions: Map<String, Value> = connectors.iter().map(params).collect();
    definitions.insert("connection".to_owned(), one_connection(connectors));
    definitions.insert("resilience".to_owned(), resilience::schema());
    json!({
        "$schema": DIALECT,
        "title": "A profile of SQLFlow",
        "type": ["object", "null"],
        "properties": sections.chain(old).collect::<Map<_, _>>(),
        "additionalProperties": false,
        "$defs": definitions,
    })
}

fn section(key: &str) -> Value {
    match key {
        "engine" => described("The database and DuckDB's limits", object(engine::KEYS, engine_key)),
        "variables" => described(
            "Values for ${name} in pipelines",
            json!({
                "type": ["object", "null"],
                "propertyNames": { "pattern": r"^[\p{L}_][\p{L}\p{N}_]*$" },
                "additionalProperties": { "type": ["string", "number", "boolean", "null"] },
            }),
        ),
        "connections" => described("Connectors with their settings, by name", connections()),
        "plugins" => described(
            "Where plugins are looked for",
            object(profile_file::PLUGIN_KEYS, |_| {
                described("Folders, relative to the project", texts())
            }),
        ),
        "runs" => described("How runs are kept; nothing uses it yet", object(runs::KEYS, runs_key)),
        "notify" => described(
            "Who is told how a run ended; nothing uses it yet",
            json!({
                "type": ["array", "null"],
                "items": notification(),
            }),
        ),
        _ => json!({}),
    }
}

fn engine_key(key: &str) -> Value {
    match key {
        "type" => described("The engine", words(&["duckdb"])),
        "path" | "database_path" => described(
            "The database file, relative to the project, or :memory:; warehouse/<profile>.duckdb \
             when left out",
            json!({ "type": ["string", "null"], "minLength": 1 }),
        ),
        "memory_limit" => described(
            "The most memory, such as 2GB",
            json!({
                "type": ["string", "null"],
                "pattern": format!(
                    r"^[0-9][0-9.]* ?(?:{})$|{REFERENCE}",
                    ["k", "m", "g", "t"].map(|unit| format!("{}[iI]?[bB]", any_case(unit))).join("|")
                ),
            }),
        ),
        "threads" => described("The number of threads", count()),
        "extensions" => described(
            "Extensions of DuckDB; none are supported yet",
            json!({
                "type": ["array", "null"], "maxItems": 0,
            }),
        ),
        "allow_paths" => {
            described("Folders outside the project that SQL may read and write", texts())
        }
        "ordered" => described(
            "Whether loads keep the order of rows",
            json!({
                "anyOf": [
                    { "type": ["boolean", "null"] },
                    { "type": "string", "pattern": format!("^(?:true|false)$|{REFERENCE}") },
                ],
            }),
        ),
        "mode" => described("SQLFlow's word: memory or persistent", one_of("memory|persistent")),
        // What SQLFlow never applied.
        _ => json!({ "deprecated": true }),
    }
}

fn runs_key(key: &str) -> Value {
    match key {
        "store" => {
            let begin = runs::REDIS.join("|");
            let pattern = format!("^(?:{})$|^(?:{begin}).|{REFERENCE}", runs::STORES.join("|"));
            described(
                "sqlite, memory or a URL of Redis",
                json!({
                    "type": ["string", "null"], "pattern": pattern,
                }),
            )
        }
        "max_parallel" => described("How many steps may run at a time", count()),
        "on_failure" => described("What is done when a step fails", words(runs::ON_FAILURE)),
        "call_timeout" => described(
            "How long a call of a connector may take that moves no rows, such as 2m",
            length_of_time(),
        ),
        "stall_timeout" => described(
            "How long a connector may take for the next batch of rows, such as 5m",
            length_of_time(),
        ),
        _ => json!({}),
    }
}

fn notification() -> Value {
    let mut notification = object(notify::KEYS, |key| match key {
        "on" => described("When somebody is told", words(notify::ON)),
        _ => described(
            "The URL to call, best as a reference",
            json!({
                "type": "string", "pattern": format!("^https?://|{REFERENCE}"),
            }),
        ),
    });
    notification["required"] = notify::KEYS.into();
    notification["type"] = "object".into();
    notification
}

fn connections() -> Value {
    json!({
        "type": ["object", "null"],
        "additionalProperties": { "$ref": "#/$defs/connection" },
    })
}

fn one_connection(connectors: &[ConnectorSchema]) -> Value {
    let mut connection = object(connection::KEYS, |key| match key {
        "type" => described("The connector", json!({ "type": "string" })),
        _ => described("Its settings", json!({ "type": ["object", "null"] })),
    });
    connection["type"] = "object".into();
    connection["required"] = json!(["type"]);
    let rules = connectors.iter().filter_map(|connector| {
        let names: Vec<String> = connector.names.iter().map(|name| any_case(name)).collect();
        let name = connector.names.first()?;
        let is_it = json!({ "properties": { "type": { "pattern": format!("^(?:{})$", names.join("|")) } } });
        let params = json!({ "properties": { "params": { "$ref": format!("#/$defs/{name}") } } });
        Some(json!({ "if": is_it, "then": params }))
    });
    connection["allOf"] = rules.collect();
    connection
}

/// The params of a connector: those of both its roles. None is required, as the other role or a
/// pipeline's OPTIONS may do without.
fn params(connector: &ConnectorSchema) -> (String, Value) {
    let mut properties = Map::new();
    for role in &connector.roles {
        for (name, field) in role["properties"].as_object().into_iter().flatten() {
            let aliases = field["x-aliases"].as_array().into_iter().flatten();
            let names = aliases.filter_map(Value::as_str).chain([name.as_str()]);
            for name in names {
                properties.entry(name).or_insert_with(|| param(field));
            }
        }
    }
    properties.entry("resilience").or_insert_with(|| json!({ "$ref": "#/$defs/resilience" }));
    let params = json!({
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": false,
    });
    (connector.names.first().cloned().unwrap_or_default(), params)
}

/// A field as the reader takes it: numbers may be quoted, texts may be numbers, and any text may be
/// a reference.
fn param(field: &Value) -> Value {
    let mut forms = forms(field);
    forms.push(json!({ "type": "null" }));
    let mut param = json!({ "anyOf": forms });
    for key in ["description", "default"] {
        if let Some(value) = field.get(key) {
            param[key] = value.clone();
        }
    }
    param
}

fn forms(field: &Value) -> Vec<Value> {
    let or_reference = |own: Value| vec![own, text(REFERENCE)];
    let list = || json!({ "type": "array", "items": scalar() });
    match field["type"].as_str() {
        Some(kind @ ("integer" | "number")) => {
            let pattern = if kind == "integer" { "^-?[0-9]+$" } else { "^-?[0-9.eE+-]+$" };
            let mut number = json!({ "type": kind });
            if let Some(minimum) = field.get("minimum") {
                number["minimum"] = minimum.clone();
            }
            vec![number, text(pattern), text(REFERENCE)]
        }
        Some("boolean") => {
            vec![json!({ "type": "boolean" }), text("^(?:true|false)$"), text(REFERENCE)]
        }
        Some("string") => match field["enum"].as_array() {
            Some(allowed) => {
                let words = allowed.iter().filter_map(Value::as_str).map(any_case);
                or_reference(text(&format!("^(?:{})$", words.collect::<Vec<_>>().join("|"))))
            }
            None => vec![scalar()],
        },
        Some("array") => vec![list()],
        Some("object") => vec![json!({ "type": "object", "additionalProperties": scalar() })],
        None if field["type"].is_array() => vec![scalar(), list()],
        Some(_) | None => vec![json!({})],
    }
}

fn text(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

fn scalar() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn object(keys: &[&str], of: impl Fn(&str) -> Value) -> Value {
    let properties: Map<String, Value> =
        keys.iter().map(|key| ((*key).to_owned(), of(key))).collect();
    json!({
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": false,
    })
}

fn described(description: &str, mut schema: Value) -> Value {
    schema["description"] = description.into();
    schema
}

fn texts() -> Value {
    json!({ "type": ["array", "null"], "items": { "type": "string" } })
}

fn count() -> Value {
    json!({
        "anyOf": [
            { "type": ["integer", "null"], "minimum": 1 },
            { "type": "string", "pattern": format!("^0*[1-9][0-9]*$|{REFERENCE}") },
        ],
    })
}

/// A whole number of seconds, or of a unit.
fn length_of_time() -> Value {
    let units = time::UNITS.map(|(unit, _)| unit).join("|");
    json!({
        "anyOf": [
            { "type": ["integer", "null"], "minimum": 1 },
            { "type": "string", "pattern": format!("^0*[1-9][0-9]* *(?:{units})?$|{REFERENCE}") },
        ],
    })
}

/// One of some words in any case, or a reference.
fn words(words: &[&str]) -> Value {
    let words: Vec<String> = words.iter().map(|word| any_case(word)).collect();
    one_of(&words.join("|"))
}

fn one_of(words: &str) -> Value {
    json!({ "type": ["string", "null"], "pattern": format!("^(?:{words})$|{REFERENCE}") })
}

/// A pattern for a word in any case.
fn any_case(word: &str) -> String {
    let letter = |c: char| match c {
        c if c.is_ascii_alphabetic() => {
            format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase())
        }
        c if c.is_ascii_alphanumeric() || c == '_' || c == '-' => c.to_string(),
        c => format!("\\{c}"),
    };
    word.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mutation tried: a key in `engine::KEYS` that `engine_key` does not know; red.
    #[test]
    fn every_key_of_the_reader_is_described() {
        let schema = profile_schema(&[]);
        let mut all = vec![("a profile", profile_file::KEYS, &schema)];
        let of = |key: &str| &schema["properties"][key];
        all.push(("engine", engine::KEYS, of("engine")));
        all.push(("plugins", profile_file::PLUGIN_KEYS, of("plugins")));
        all.push(("runs", runs::KEYS, of("runs")));
        all.push(("notify", notify::KEYS, &of("notify")["items"]));
        all.push(("connection", connection::KEYS, &schema["$defs"]["connection"]));
        for (section, keys, schema) in all {
            for key in keys {
                let property = &schema["properties"][*key];
                assert!(property["description"].is_string(), "{section}.{key}: {property}");
            }
        }
    }
}
