use serde::Deserialize;
use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{ConfigSpec, Field, FieldKind};

use crate::fault::Fault;

/// The settings of a source.
pub(crate) fn source() -> ConfigSpec {
    ConfigSpec::new([
        Field::text("table", "The table to read; without it, the table that the LOAD names."),
        Field::new(
            "rows",
            FieldKind::Any,
            "Rows to read, a list of objects, instead of a table that was written.",
        ),
        Field::map(
            "columns",
            "SQL types of columns by name. With `rows`, the others are inferred. Without, all \
             columns of a table that is written later.",
        ),
        fault(),
        fault_at(&["open", "check", "discover", "schema", "plan", "read", "batch"]),
        fault_after(),
        fault_ms(),
    ])
}

/// The settings of a destination.
pub(crate) fn destination() -> ConfigSpec {
    let places = ["open", "check", "describe", "begin", "write", "commit", "abort"];
    ConfigSpec::new([fault(), fault_at(&places), fault_after(), fault_ms()])
}

fn fault() -> Field {
    let doc = "For tests: what goes wrong. `busy` is a failure that another try could mend, `hang` \
               waits until it is cancelled, `slow` takes the time of `fault_ms`.";
    Field::text("fault", doc).one_of(&["fail", "busy", "panic", "hang", "slow"])
}

fn fault_at(places: &[&str]) -> Field {
    Field::text("fault_at", "For tests: the call that goes wrong.").one_of(places)
}

fn fault_after() -> Field {
    Field::integer("fault_after", "For tests: how many of these calls go well before.")
        .at_least(0)
        .default(0)
}

fn fault_ms() -> Field {
    Field::integer("fault_ms", "For tests: how long `slow` takes, in milliseconds.")
        .at_least(0)
        .default(100)
}

/// A source's settings.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SourceConfig {
    #[serde(default)]
    pub(crate) table: Option<String>,
    #[serde(default)]
    pub(crate) rows: Option<Value>,
    #[serde(default)]
    pub(crate) columns: Map<String, Value>,
    #[serde(flatten)]
    pub(crate) fault: Fault,
}

/// A destination's settings.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DestinationConfig {
    #[serde(flatten)]
    pub(crate) fault: Fault,
}
