use std::fmt::Debug;

use serde_json::{Map, Value, json};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, ConnectorKind, Field, FieldKind, Result, SourceConnector, StreamName,
};

use super::configs::good_config;
use crate::{Outcome, Trial, failure::broken, output::record, values};

/// Everything that came out of the plugin, as text.
#[derive(Default)]
struct Heard(Vec<String>);

impl Heard {
    fn note<T: Debug>(&mut self, what: T) -> T {
        self.0.push(format!("{what:?}"));
        what
    }

    /// Fails where a secret stands in it.
    fn holds_none_of(&self, secrets: &[String]) -> Outcome {
        for secret in secrets {
            let leak = self.0.iter().find(|text| text.contains(secret.as_str()));
            if let Some(text) = leak {
                let shown: String =
                    text.replace(secret.as_str(), "▒▒▒").chars().take(300).collect();
                return broken(format!("a secret setting stands in: {shown}"));
            }
        }
        Ok(())
    }
}

pub(super) fn stay(trial: &Trial<'_>) -> Outcome {
    for role in trial.subject.manifest()?.kinds {
        let spec = trial.spec(role)?;
        let fields: Vec<&Field> = spec.fields().iter().filter(|field| field.is_secret()).collect();
        let good = good_config(trial, role)?;
        for config in configs(&fields, &good) {
            let secrets: Vec<String> = secrets_in(&fields, &config);
            let mut heard = Heard::default();
            match role {
                ConnectorKind::Source => use_source(trial, &config, &mut heard),
                ConnectorKind::Destination => use_destination(trial, &config, &mut heard)?,
            }
            heard.note(trial.subject.descriptor()?);
            heard.0.extend(trial.subject.said());
            heard.holds_none_of(&secrets)?;
        }
    }
    Ok(())
}

/// The good config, and two in which every secret is wrong: by its value and by its type.
fn configs(fields: &[&Field], good: &Map<String, Value>) -> Vec<Map<String, Value>> {
    let with = |make: &dyn Fn(&Field) -> Value| {
        let mut config = good.clone();
        for field in fields {
            config.retain(|key, _| !field.answers_to(key));
            config.insert(field.name().to_owned(), make(field));
        }
        config
    };
    let ill_typed = |field: &Field| json!({"nested": [canary(field)]});
    vec![good.clone(), with(&well_typed), with(&ill_typed)]
}

fn canary(field: &Field) -> String {
    format!("canary-{}-7f3a9c51", field.name())
}

fn well_typed(field: &Field) -> Value {
    match field.kind() {
        FieldKind::List | FieldKind::TextOrList => json!([canary(field)]),
        FieldKind::Map => json!({"key": canary(field)}),
        _ => canary(field).into(),
    }
}

/// The secrets of a config that are long enough to be told from other text.
fn secrets_in(fields: &[&Field], config: &Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    for (key, value) in config {
        if fields.iter().any(|field| field.answers_to(key)) {
            texts(value, &mut found);
        }
    }
    found.retain(|text| text.len() >= 6);
    found
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(map) => map.values().for_each(|item| texts(item, found)),
        _ => {}
    }
}

fn use_source(trial: &Trial<'_>, config: &Map<String, Value>, heard: &mut Heard) {
    match trial.subject.open_source(None, config, &CancelToken::new()) {
        Ok(mut source) => {
            // What fails is heard.
            let _ = read_some(&mut *source, heard);
        }
        Err(error) => drop(heard.note(error)),
    }
}

fn read_some(source: &mut dyn SourceConnector, heard: &mut Heard) -> Result<()> {
    let _ = heard.note(source.check());
    let _ = heard.note(source.schema(&StreamName::from("no such stream")));
    let streams = heard.note(source.discover())?;
    for stream in streams {
        let schema = heard.note(source.schema(&stream.name));
        drop(schema.map(|schema| heard.note(schema.metadata().clone())));
        let request = sqlflow_plugin_sdk::ReadRequest::of(stream.name);
        for partition in heard.note(source.plan(&request))?.partitions.iter().take(1) {
            read_batch(source.read(&request, partition), heard);
        }
    }
    Ok(())
}

fn read_batch(stream: Result<Box<dyn BatchStream>>, heard: &mut Heard) {
    match stream {
        Ok(mut stream) => {
            let _ = heard.note(stream.next_batch().map(|_| ()));
            let _ = heard.note(stream.checkpoint());
        }
        Err(error) => drop(heard.note(error)),
    }
}

fn use_destination(trial: &Trial<'_>, config: &Map<String, Value>, heard: &mut Heard) -> Outcome {
    let mode = trial.subject.manifest()?.destination.modes.first().copied();
    let Some(mode) = mode else { return broken("the manifest declares no write mode") };
    let opened = trial.subject.open_destination(config, &CancelToken::new());
    let mut destination = match opened {
        Ok(destination) => destination,
        Err(error) => {
            heard.note(error);
            return Ok(());
        }
    };
    let place = trial.place("secret")?;
    let _ = heard.note(destination.check());
    let _ = heard.note(destination.describe(&place));
    let target = trial.target("secret")?;
    let batch = values::people(10);
    let request = target.request(mode, "secret-1", batch.schema());
    match destination.begin(&request) {
        Ok(mut writer) => {
            let _ = heard.note(writer.write(batch.clone()));
            let _ = heard.note(writer.commit(&record("secret-1", &[batch])));
        }
        Err(error) => drop(heard.note(error)),
    }
    let _ = heard.note(destination.committed(&request.token));
    let _ = heard.note(destination.describe(&place));
    Ok(())
}
