//! A plan as JSON, with the keys that SQLFlow's users know.

use serde_json::{Map, Value, json};
use sqlflow_plan::{
    Action, Connected, ExportStep, LoadStep, Plan, SourceStep, Step, TransformStep,
};
use sqlflow_syntax::Relation;

/// What stands for a value that must not be shown.
const HIDDEN: &str = "***";

/// The plan; values that must not be shown are not in it.
pub(crate) fn json(plan: &Plan) -> Value {
    json!({
        "pipeline": plan.pipeline,
        "profile": plan.profile,
        "steps": plan.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn step(step: &Step) -> Value {
    let (kind, details) = match &step.action {
        Action::Source(source) => ("source_definition", source_keys(source)),
        Action::Load(load) => ("load", load_keys(load)),
        Action::Transform(transform) => ("transform", transform_keys(transform)),
        Action::Export(export) => ("export", export_keys(export)),
    };
    let mut keys = Map::new();
    keys.insert("id".into(), json!(step.id));
    keys.insert("type".into(), json!(kind));
    keys.insert("name".into(), json!(step.name));
    if let Value::Object(details) = details {
        keys.extend(details);
    }
    keys.insert("depends_on".into(), json!(step.depends_on));
    Value::Object(keys)
}

fn source_keys(source: &SourceStep) -> Value {
    let connected = &source.connected;
    json!({
        "connector_type": connected.connector,
        "source_connector_type": connected.connector,
        "is_from_profile": connected.connection.is_some(),
        "profile_connector_name": connected.connection,
        "query": shown(connected),
        "sync_mode": "full_refresh",
        "cursor_field": null,
        "primary_key": [],
    })
}

fn load_keys(load: &LoadStep) -> Value {
    json!({
        "source_name": load.source,
        "stream": load.stream,
        "target_table": load.table.to_string(),
        "mode": load.mode,
        "upsert_keys": [],
        "ordered": load.ordered,
    })
}

fn transform_keys(transform: &TransformStep) -> Value {
    json!({
        "target_table": transform.table.to_string(),
        "is_view": transform.relation == Relation::View,
        "is_replace": transform.or_replace,
        "query": transform.query.text,
        "sources": transform.sources.iter().map(|(_, id)| id).collect::<Vec<_>>(),
    })
}

fn export_keys(export: &ExportStep) -> Value {
    json!({
        "connector_type": export.connected.connector,
        "profile_connector_name": export.connected.connection,
        "query": {
            "sql_query": export.query.text,
            "destination_uri": export.place_as_written,
            "options": shown(&export.connected),
            "type": export.connected.connector,
        },
        "mode": export.mode,
        "delivery": export.delivery,
        "sources": export.sources.iter().map(|(_, id)| id).collect::<Vec<_>>(),
    })
}

/// A connector's config without its secrets.
fn shown(connected: &Connected) -> Value {
    let hide = |(name, value): (&String, &Value)| {
        let secret = connected.secret_fields.contains(name) || holds_secret(connected, value);
        (name.clone(), if secret { json!(HIDDEN) } else { value.clone() })
    };
    Value::Object(connected.config.iter().map(hide).collect())
}

fn holds_secret(connected: &Connected, value: &Value) -> bool {
    let text = value.to_string();
    connected.secrets.iter().any(|secret| {
        let secret = secret.expose();
        !secret.is_empty() && (text.contains(secret.as_str()) || value.as_str() == Some(secret))
    })
}
