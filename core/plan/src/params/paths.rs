use serde_json::{Map, Value};
use sqlflow_plugin_sdk::ConfigSpec;
use sqlflow_profile::Project;

/// Takes the relative paths of a config from the project's folder.
pub(super) fn join(config: &mut Map<String, Value>, spec: &ConfigSpec, project: &Project) {
    for field in spec.fields().iter().filter(|field| field.is_path()) {
        match config.get_mut(field.name()) {
            Some(Value::Array(items)) => items.iter_mut().for_each(|item| join_one(item, project)),
            Some(value) => join_one(value, project),
            None => {}
        }
    }
}

fn join_one(value: &mut Value, project: &Project) {
    if let Value::String(path) = value {
        *path = project.resolve(path).to_string_lossy().into_owned();
    }
}
