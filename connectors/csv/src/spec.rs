use serde::Deserialize;
use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{ConfigSpec, Error, ErrorKind, Field, Result};

/// Rows DuckDB looks at to infer types, by default.
const SAMPLE_ROWS: usize = 20_480;

/// The settings of a CSV source.
pub(crate) fn source() -> ConfigSpec {
    ConfigSpec::new([
        Field::text_or_list(
            "path",
            "The file, or files: a path, a glob such as `data/*.csv`, or a list of them.",
        )
        .required()
        .path()
        .placeholder("data/orders.csv"),
        Field::boolean("has_header", "Whether the first line of each file names the columns.")
            .alias("header")
            .default(true),
        delimiter(),
        Field::text(
            "quote",
            "The character around values that contain the delimiter, a quote or a line break; \
             doubled inside. Empty: quotes are plain characters.",
        )
        .alias("quote_char")
        .default("\""),
        Field::list("null_values", "Texts that stand for NULL, quoted or not.").default(vec![""]),
        Field::map(
            "columns",
            "SQL types of columns by name; the others are inferred. Without a header: the names \
             of all columns, in order, with their types.",
        ),
        Field::boolean("all_varchar", "Makes every column VARCHAR that `columns` does not name.")
            .default(false),
        Field::integer("sample_rows", "Rows looked at to infer types, spread over the files.")
            .alias("sample_size")
            .at_least(1)
            .default(SAMPLE_ROWS),
        Field::integer("batch_size", "Rows per batch, instead of the host's choice.").at_least(1),
        Field::text("encoding", "The encoding of the files.").one_of(&["utf-8"]).default("utf-8"),
    ])
}

/// The settings of a CSV destination.
pub(crate) fn destination() -> ConfigSpec {
    ConfigSpec::new([
        Field::boolean("header", "Whether the first line names the columns.")
            .alias("has_header")
            .default(true),
        delimiter(),
        Field::text("quote", "The character around values that need it; doubled inside.")
            .alias("quote_char")
            .default("\""),
        Field::text("null", "The text that stands for NULL; a value equal to it is quoted.")
            .default(""),
    ])
}

fn delimiter() -> Field {
    Field::text("delimiter", "The character between values; `\\t` is a tab.")
        .alias("sep")
        .default(",")
}

/// A source's settings.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SourceConfig {
    pub(crate) path: Vec<String>,
    pub(crate) has_header: bool,
    pub(crate) delimiter: String,
    pub(crate) quote: String,
    pub(crate) null_values: Vec<String>,
    #[serde(default)]
    pub(crate) columns: Map<String, Value>,
    pub(crate) all_varchar: bool,
    pub(crate) sample_rows: usize,
    #[serde(default)]
    pub(crate) batch_size: Option<usize>,
}

/// A destination's settings.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DestinationConfig {
    pub(crate) header: bool,
    pub(crate) delimiter: String,
    pub(crate) quote: String,
    pub(crate) null: String,
}

/// The bytes that give a file its structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quote: u8,
}

impl Dialect {
    /// Occurs nowhere in UTF-8, and so quotes nothing.
    pub(crate) const NO_QUOTE: u8 = 0xff;

    /// Checks the two settings.
    pub(crate) fn new(delimiter: &str, quote: &str) -> Result<Self> {
        let delimiter = if delimiter == "\\t" { "\t" } else { delimiter };
        let delimiter = single("delimiter", delimiter)?;
        let quote = if quote.is_empty() { Self::NO_QUOTE } else { single("quote", quote)? };
        if delimiter == quote {
            return Err(bad("`delimiter` and `quote` are the same character".to_owned()));
        }
        Ok(Self { delimiter, quote })
    }
}

fn single(option: &str, text: &str) -> Result<u8> {
    match text.as_bytes() {
        [b'\n' | b'\r' | 0] => Err(bad(format!("`{option}` cannot be a line break or NUL"))),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err(bad(format!("`{option}` takes one ASCII character"))),
    }
}

fn bad(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(given: Value) -> Result<SourceConfig> {
        source().parse(given.as_object().unwrap())
    }

    #[test]
    fn names_of_other_tools_keep_working() {
        let given = json!({"path": "a.csv", "header": "false", "sep": "\\t", "quote_char": "'",
            "sample_size": 10, "batch_size": 5, "encoding": "UTF-8"});
        let config = parsed(given).unwrap();
        assert_eq!(config.path, ["a.csv"]);
        assert!(!config.has_header);
        assert_eq!((config.sample_rows, config.batch_size), (10, Some(5)));
        let dialect = Dialect::new(&config.delimiter, &config.quote).unwrap();
        assert_eq!(dialect, Dialect { delimiter: b'\t', quote: b'\'' });
    }

    #[test]
    fn what_would_not_work_is_refused() {
        for given in [
            json!({}),
            json!({"path": "a.csv", "encoding": "latin-1"}),
            json!({"path": "a.csv", "engine": "pandas"}),
            json!({"path": "a.csv", "sample_rows": 0}),
        ] {
            assert_eq!(parsed(given).unwrap_err().kind(), ErrorKind::Config);
        }
        for (delimiter, quote) in [("", "\""), (";;", "\""), ("\n", "\""), ("é", "\""), (",", ",")]
        {
            assert!(Dialect::new(delimiter, quote).is_err(), "{delimiter:?} {quote:?}");
        }
        assert_eq!(Dialect::new(",", "").unwrap().quote, Dialect::NO_QUOTE);
    }
}
