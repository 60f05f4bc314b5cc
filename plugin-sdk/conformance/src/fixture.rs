use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

/// What the suite may open: `conformance.toml`, beside the connector's `connector.toml`.
///
/// ```toml
/// [source]
/// config  = { url = "http://127.0.0.1:8080" }     # given to every input below
/// main    = { stream = "orders" }                 # 3,000 rows or more
/// empty   = { stream = "no_orders" }              # no row
/// one_row = { stream = "one_order" }              # one row
/// broken  = { config = { url = "http://127.0.0.1:1" } }   # a check must not pass
///
/// [destination]
/// config    = { compression = "zstd" }
/// place     = "{scratch}/{name}.parquet"          # what stands behind TO
/// read_back = { config = { path = "{place}" } }   # how the own source reads what was written
/// ```
///
/// Each of these parts is needed by some cases; one that is missing is told as the reason why they
/// could not be tried, which is not green. Four parts are optional: `waiting`, an input whose read
/// waits, in which cancelling is tried instead of in `main`; `cursor`, the column of an input that
/// orders an incremental read, which otherwise is the first candidate that discovery gives;
/// `connector` in `read_back`, another plugin that reads what this one wrote; and `broken` of a
/// destination, which has nothing to reach before it knows a place.
///
/// In every string `{scratch}` stands for an empty folder of the case, `{name}` for a name the
/// suite chooses, `{place}` for the place that was written. The value of a field that the spec
/// marks as a path, where it is relative, starts at the fixture's folder.
///
/// An input can be data that the suite writes through the connector's own destination and reads as
/// `read_back` says: `main = { rows = 20000 }`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// What to read.
    pub source: Option<SourceFixture>,
    /// Where to write.
    pub destination: Option<DestinationFixture>,
    /// The folder of the file.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// What to read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFixture {
    /// Given to every input.
    #[serde(default)]
    pub config: Map<String, Value>,
    /// At least 3,000 rows.
    pub main: Option<Input>,
    /// No row.
    pub empty: Option<Input>,
    /// One row.
    pub one_row: Option<Input>,
    /// What a check must not pass.
    pub broken: Option<Input>,
    /// A read that waits; optional.
    pub waiting: Option<Input>,
}

/// One stream of a source.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Settings on top of the source's.
    #[serde(default)]
    pub config: Map<String, Value>,
    /// Its name; the first that discovery gives where it is left out.
    pub stream: Option<String>,
    /// The column that orders an incremental read.
    pub cursor: Option<String>,
    /// Written by the suite through the destination: so many rows.
    pub rows: Option<usize>,
}

/// Where to write.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestinationFixture {
    /// Given to the destination.
    #[serde(default)]
    pub config: Map<String, Value>,
    /// The place, with `{scratch}` and `{name}`.
    pub place: String,
    /// What a check must not pass; optional.
    pub broken: Option<Input>,
    /// How to read what was written.
    pub read_back: Option<ReadBack>,
}

/// How to read what was written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadBack {
    /// Another connector; the own source where it is left out.
    pub connector: Option<String>,
    /// Its settings, with `{place}`.
    #[serde(default)]
    pub config: Map<String, Value>,
    /// The stream, with `{place}`; the first that discovery gives where it is left out.
    pub stream: Option<String>,
}

impl Fixture {
    /// Reads a fixture's file.
    ///
    /// # Errors
    ///
    /// There is none, or it is not one.
    pub fn read(path: &Path) -> Result<Self> {
        let failed = |what: &str, error: &dyn std::error::Error| {
            Error::new(ErrorKind::Config, format!("the fixture {} {what}", path.display()))
                .with_remedy("name a fixture with --fixture FILE")
                .caused_by(error)
        };
        let text = fs::read_to_string(path).map_err(|e| failed("cannot be read", &e))?;
        let mut fixture: Self = toml::from_str(&text).map_err(|e| failed("is not one", &e))?;
        let path = path.canonicalize().map_err(|e| failed("cannot be found", &e))?;
        fixture.folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(fixture)
    }
}

/// Replaces `{key}` by its value in every string of a config.
pub(crate) fn filled(config: &Map<String, Value>, words: &[(&str, &str)]) -> Map<String, Value> {
    let fill = |(key, value): (&String, &Value)| (key.clone(), filled_value(value, words));
    config.iter().map(fill).collect()
}

fn filled_value(value: &Value, words: &[(&str, &str)]) -> Value {
    match value {
        Value::String(text) => filled_text(text, words).into(),
        Value::Array(items) => items.iter().map(|item| filled_value(item, words)).collect(),
        Value::Object(map) => filled(map, words).into(),
        other => other.clone(),
    }
}

/// Replaces `{key}` by its value.
pub(crate) fn filled_text(text: &str, words: &[(&str, &str)]) -> String {
    let replace =
        |text: String, (key, value): &(&str, &str)| text.replace(&format!("{{{key}}}"), value);
    words.iter().fold(text.to_owned(), replace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_replaced_wherever_they_stand() {
        let config: Fixture = toml::from_str(
            "[destination]\nplace = \"{scratch}/{name}\"\nconfig = { a = [\"x{name}\"], b = 1 }",
        )
        .unwrap();
        let destination = config.destination.unwrap();
        let words = [("scratch", "/s"), ("name", "n")];
        assert_eq!(filled_text(&destination.place, &words), "/s/n");
        let expected = serde_json::json!({"a": ["xn"], "b": 1});
        assert_eq!(Value::Object(filled(&destination.config, &words)), expected);
    }

    #[test]
    fn a_misspelt_part_is_refused() {
        assert!(toml::from_str::<Fixture>("[source]\nmian = {}").is_err());
    }
}
