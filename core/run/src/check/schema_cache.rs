//! Schemas of earlier checks, under `.sqlflow/schemas/`: one file for each stream of a source.

use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder},
    io::Write,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use arrow::datatypes::SchemaRef;
use serde_json::{Value, json};
use sqlflow_plan::Connected;
use sqlflow_plugin_sdk::{schema_from_json, schema_to_json};
use sqlflow_profile::Project;
use sqlflow_state::Timestamp;
use uuid::Uuid;

/// The form of the files; another one is a miss.
const VERSION: u64 = 1;
/// Nobody else reads what a source is like.
const PRIVATE: u32 = 0o700;

/// The schemas that checks have seen. It holds no secret: a file's name is a digest of the config
/// with its secrets masked, and its content is the schema.
///
/// What cannot be read, or is damaged, is not there; what cannot be written is not kept.
#[derive(Debug)]
pub(super) struct SchemaCache {
    root: PathBuf,
}

impl SchemaCache {
    pub(super) fn of(project: &Project) -> Self {
        Self { root: project.root().to_owned() }
    }

    /// The schema of a stream, and when it was seen.
    pub(super) fn get(
        &self,
        connected: &Connected,
        stream: &str,
    ) -> Option<(SchemaRef, Timestamp)> {
        let identity = identity(connected, stream);
        let text = fs::read_to_string(self.path(&identity)).ok()?;
        let entry: Value = serde_json::from_str(&text).ok()?;
        let fields = entry.get("schema")?;
        let at = entry.get("discovered_at")?.as_str()?;
        let is_whole = entry.get("digest")?.as_str()? == digest(&identity, fields, at);
        if entry.get("version")?.as_u64()? != VERSION || !is_whole {
            return None;
        }
        Some((schema_from_json(fields).ok()?, at.parse().ok()?))
    }

    /// Keeps the schema of a stream, as seen now.
    pub(super) fn put(&self, connected: &Connected, stream: &str, schema: &SchemaRef) {
        let identity = identity(connected, stream);
        let Ok(fields) = schema_to_json(schema) else { return };
        let at = Timestamp::now().to_string();
        let entry = json!({
            "version": VERSION,
            "connector": connected.connector,
            "stream": stream,
            "discovered_at": at,
            "digest": digest(&identity, &fields, &at),
            "schema": fields,
        });
        // A project that cannot be written to can be checked all the same, only not offline.
        let _ = write(&self.path(&identity), &format!("{entry:#}\n"));
    }

    fn path(&self, identity: &str) -> PathBuf {
        let name = Uuid::new_v5(&Uuid::NAMESPACE_OID, identity.as_bytes());
        self.root.join(".sqlflow/schemas").join(format!("{}.json", name.simple()))
    }
}

/// What a schema is the schema of: connector, config and stream. Keys are sorted and secrets masked.
fn identity(connected: &Connected, stream: &str) -> String {
    let config = match connected.masked_config() {
        Value::Object(config) => config.into_iter().collect::<BTreeMap<_, _>>(),
        _ => BTreeMap::new(),
    };
    json!([connected.connector, sorted(json!(config)), stream]).to_string()
}

/// The value with the keys of every object in order.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let entries: BTreeMap<_, _> =
                entries.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            json!(entries)
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

/// Tells a file that somebody else, or an accident, has written.
fn digest(identity: &str, fields: &Value, at: &str) -> String {
    let text = format!("{identity}\n{}\n{at}", sorted(fields.clone()));
    Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).simple().to_string()
}

/// Writes a file beside its place and moves it there, so that nobody sees a part of it.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    DirBuilder::new().recursive(true).mode(PRIVATE).create(folder)?;
    let unfinished = path.with_extension(format!("{}.part", std::process::id()));
    let written = fs::File::create(&unfinished)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written
}
