use serde_json::{Map, Value, json};
use sqlflow_plugin_sdk::{Delivery, WriteMode};

use crate::{
    Action, ExportStep, LoadStep, Plan, SkippedBranch, SourceStep, Step, TransformStep, mask,
    relation_name, tables,
};

/// The plan as JSON, with the keys that SQLFlow's plans have and more. Secrets are shown as `***`.
pub fn to_json(plan: &Plan) -> Value {
    let operations: Vec<Value> = plan.steps.iter().map(|step| operation(plan, step)).collect();
    json!({
        "pipeline_name": plan.pipeline,
        "profile": plan.profile,
        "operation_count": operations.len(),
        "operations": operations,
        "skipped": plan.skipped.iter().map(skipped_json).collect::<Vec<_>>(),
    })
}

fn skipped_json(skipped: &SkippedBranch) -> Value {
    json!({
        "place": skipped.place,
        "statements": skipped.statements,
        "reason": skipped.reason,
    })
}

fn operation(plan: &Plan, step: &Step) -> Value {
    let body = match &step.action {
        Action::Source(source) => source_json(source),
        Action::Load(load) => load_json(plan, load),
        Action::Transform(transform) => transform_json(transform),
        Action::Export(export) => export_json(export),
    };
    let mut keys = Map::new();
    keys.insert("id".to_owned(), step.id.as_str().into());
    if let Value::Object(body) = body {
        keys.extend(body);
    }
    keys.insert("depends_on".to_owned(), json!(step.depends_on));
    Value::Object(keys)
}

fn source_json(source: &SourceStep) -> Value {
    let connected = &source.connected;
    json!({
        "type": "source_definition",
        "name": source.source,
        "connector_type": connected.connector,
        "source_connector_type": connected.connector,
        "is_from_profile": connected.connection.is_some(),
        "profile_connector_name": connected.connection,
        "query": mask::config(connected),
        "sync_mode": "full_refresh",
        "cursor_field": null,
        "primary_key": [],
    })
}

fn load_json(plan: &Plan, load: &LoadStep) -> Value {
    let source = plan.step(&load.source).and_then(|step| match &step.action {
        Action::Source(source) => Some(source),
        _ => None,
    });
    let name = source.map(|source| source.source.as_str());
    let table = load.table.to_string();
    json!({
        "type": "load",
        "name": table,
        "source_name": name,
        "target_table": table,
        "source_connector_type": source.map(|source| source.connected.connector.as_str()),
        "mode": mode(load.mode),
        "upsert_keys": [],
        "query": { "source_name": name, "table_name": table },
        "stream": load.stream,
        "ordered": load.ordered,
    })
}

fn transform_json(transform: &TransformStep) -> Value {
    json!({
        "type": "transform",
        "name": transform.table.to_string(),
        "query": transform.query.masked(),
        "is_replace": transform.or_replace,
        "relation": relation_name(transform.relation),
        "sources": source_names(&transform.sources),
        "mode": mode(WriteMode::Replace),
        "time_column": null,
        "upsert_keys": [],
        "lookback": null,
    })
}

fn export_json(export: &ExportStep) -> Value {
    let connected = &export.connected;
    json!({
        "type": "export",
        "source_table": tables::first(&export.query.text),
        "source_connector_type": connected.connector,
        "is_from_profile": connected.connection.is_some(),
        "profile_connector_name": connected.connection,
        "query": {
            "sql_query": export.query.masked(),
            "destination_uri": mask::text(&export.place_as_written, &connected.secrets),
            "options": mask::config(connected),
            "type": connected.connector,
        },
        "place": mask::text(&export.place, &connected.secrets),
        "sources": source_names(&export.sources),
        "mode": mode(export.mode),
        "delivery": delivery(export.delivery),
    })
}

fn source_names(sources: &[(String, String)]) -> Vec<&str> {
    sources.iter().map(|(name, _)| name.as_str()).collect()
}

fn mode(mode: WriteMode) -> String {
    mode.name().to_ascii_uppercase()
}

fn delivery(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Transactional => "transactional",
        Delivery::Idempotent => "idempotent",
        Delivery::AtLeastOnce => "at_least_once",
    }
}
