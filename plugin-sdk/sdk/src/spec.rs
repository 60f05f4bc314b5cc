//! The declared fields of a connector: the one object that its parser, JSON Schema, README table
//! and redaction derive from.

mod field;
mod problem;
mod resolve;
mod schema;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use self::{
    field::{Field, FieldKind},
    problem::{ConfigProblem, ProblemKind},
};
use crate::{Error, ErrorKind, Result};

/// The fields a source or a destination takes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConfigSpec {
    fields: Vec<Field>,
}

impl ConfigSpec {
    /// A spec of these fields, in the order in which documentation lists them.
    pub fn new(fields: impl IntoIterator<Item = Field>) -> Self {
        Self { fields: fields.into_iter().collect() }
    }

    /// The fields, in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field that goes by this name or alias.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.answers_to(name))
    }

    /// Checks `given` and returns it with aliases replaced by names, defaults filled in and
    /// values converted to the fields' kinds (`"5"` to 5, `"true"` to true, 5 to `"5"`).
    /// Resolving what was resolved changes nothing.
    ///
    /// # Errors
    ///
    /// Every problem at once: unknown keys, missing fields, wrong types, values not allowed.
    pub fn resolve(
        &self,
        given: &Map<String, Value>,
    ) -> std::result::Result<Map<String, Value>, Vec<ConfigProblem>> {
        resolve::resolve(self, given)
    }

    /// Resolves `given` and reads it into the connector's own type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] naming every problem; [`ErrorKind::Bug`] where the type does not
    /// take what the spec lets through.
    pub fn parse<C: DeserializeOwned>(&self, given: &Map<String, Value>) -> Result<C> {
        let resolved = self.resolve(given).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Error::new(ErrorKind::Config, lines.join("; "))
        })?;
        serde_json::from_value(Value::Object(resolved.clone())).map_err(|_| {
            let error = Error::new(ErrorKind::Bug, "the config type does not follow its spec");
            // serde quotes the value it does not take.
            let hidden = serde_json::from_value::<C>(Value::Object(self.hide_secrets(resolved)));
            hidden.err().map_or(error.clone(), |cause| error.caused_by(&cause))
        })
    }

    fn hide_secrets(&self, mut config: Map<String, Value>) -> Map<String, Value> {
        for field in self.fields.iter().filter(|field| field.is_secret()) {
            if let Some(value) = config.get_mut(field.name()) {
                *value = hidden(value);
            }
        }
        config
    }

    /// The JSON Schema (2020-12) of the config, with the annotations `x-secret`, `x-path`,
    /// `x-env`, `x-aliases` and `x-placeholder`.
    pub fn to_json_schema(&self) -> Value {
        schema::write(self)
    }

    /// Reads back what [`ConfigSpec::to_json_schema`] writes; also the schema of a plugin that
    /// was not written in Rust. Unknown annotations are ignored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] where it is not an object schema with `properties`.
    pub fn from_json_schema(schema: &Value) -> Result<Self> {
        schema::read(schema)
    }
}

/// A value of the same shape that says nothing.
fn hidden(value: &Value) -> Value {
    match value {
        Value::String(_) => Value::from("***"),
        Value::Array(_) => Value::Array(Vec::new()),
        Value::Object(_) => Value::Object(Map::new()),
        _ => Value::Null,
    }
}
