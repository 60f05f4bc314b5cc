use serde_json::{Map, Value, json};
use sqlflow_plugin_sdk::Delivery;

use crate::{
    Action, Column, ExportStep, LoadStep, Plan, Read, SkippedBranch, SourceStep, SqlText, Step,
    SyncParams, TestStep, TransformStep, Write, mask, relation_name, tables, test_severity,
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

/// A step of the plan as JSON, as [`to_json`] has it.
pub fn step_json(plan: &Plan, step: &Step) -> Value {
    operation(plan, step)
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
        Action::Test(test) => test_json(step, test),
    };
    let mut keys = Map::new();
    keys.insert("id".to_owned(), step.id.as_str().into());
    if let Value::Object(body) = body {
        keys.extend(body);
    }
    keys.insert("options".to_owned(), Value::Object(step.options.shown()));
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
        "sync_mode": sync_mode(&source.sync),
        "cursor_field": source.sync.cursor.as_ref().map(|cursor| cursor.name.as_str()),
        "primary_key": names(&source.sync.primary_key),
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
        "mode": load.write.words(),
        "upsert_keys": names(load.write.keys()),
        "time_column": time_column(&load.read),
        "lookback": lookback(&load.read),
        "read": read_json(&load.read),
        "write": write_json(&load.write),
        "delivery": delivery(Delivery::Transactional),
        "query": { "source_name": name, "table_name": table },
        "stream": load.stream,
        "columns": names(&load.columns),
        "where": load.filter.as_ref().map(SqlText::masked),
        "sources": source_names(&load.sources),
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
        "mode": transform.write.words(),
        "time_column": time_column(&transform.read),
        "upsert_keys": names(transform.write.keys()),
        "lookback": lookback(&transform.read),
        "read": read_json(&transform.read),
        "write": write_json(&transform.write),
        "delivery": delivery(Delivery::Transactional),
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
        "mode": export.write.words(),
        "upsert_keys": names(export.write.keys()),
        "time_column": time_column(&export.read),
        "lookback": lookback(&export.read),
        "read": read_json(&export.read),
        "write": write_json(&export.write),
        "delivery": delivery(export.delivery),
    })
}

fn source_names(sources: &[(String, String)]) -> Vec<&str> {
    sources.iter().map(|(name, _)| name.as_str()).collect()
}

fn test_json(step: &Step, test: &TestStep) -> Value {
    json!({
        "type": "test",
        "name": step.name,
        "target_table": test.table.to_string(),
        "expectation": test.expectation,
        "severity": test_severity(test.severity),
        "query": test.query.masked(),
        "sources": source_names(&test.sources),
    })
}

fn names(columns: &[Column]) -> Vec<&str> {
    columns.iter().map(|column| column.name.as_str()).collect()
}

fn sync_mode(sync: &SyncParams) -> &'static str {
    let incremental = sync.incremental.as_ref().is_some_and(|said| said.value);
    if incremental { "incremental" } else { "full_refresh" }
}

fn time_column(read: &Read) -> Option<&str> {
    read.incremental().map(|incremental| incremental.column.name.as_str())
}

fn lookback(read: &Read) -> Option<String> {
    read.incremental()?.lookback.map(|lookback| lookback.to_string())
}

fn read_json(read: &Read) -> Value {
    match read {
        Read::Full => json!({ "kind": "full" }),
        Read::Incremental(incremental) => json!({
            "kind": "incremental",
            "column": incremental.column.name,
            "lookback": lookback(read),
            "start_date": incremental.start,
            "end_date": incremental.end,
            "format": incremental.format,
        }),
    }
}

fn write_json(write: &Write) -> Value {
    json!({ "mode": write.words(), "keys": names(write.keys()) })
}

fn delivery(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Transactional => "transactional",
        Delivery::Idempotent => "idempotent",
        Delivery::AtLeastOnce => "at_least_once",
    }
}
