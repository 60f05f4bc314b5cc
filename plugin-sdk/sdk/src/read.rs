use std::fmt;

use arrow::datatypes::SchemaRef;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::schema_json;

/// The name of a stream: a table, an endpoint, a sheet, a set of files.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamName(pub String);

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for StreamName {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// What a connector found out about the other side.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CheckReport {
    /// One line per thing that was tried, in order.
    #[serde(default)]
    pub items: Vec<CheckItem>,
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckItem {
    /// What was tried, such as `read data/orders.csv`.
    pub name: String,
    /// Whether it worked.
    pub ok: bool,
    /// What was seen.
    #[serde(default)]
    pub message: String,
}

impl CheckReport {
    /// Adds a thing that worked.
    #[must_use]
    pub fn passed(mut self, name: impl Into<String>, message: impl Into<String>) -> Self {
        self.items.push(CheckItem { name: name.into(), ok: true, message: message.into() });
        self
    }

    /// Adds a thing that did not work.
    #[must_use]
    pub fn failed(mut self, name: impl Into<String>, message: impl Into<String>) -> Self {
        self.items.push(CheckItem { name: name.into(), ok: false, message: message.into() });
        self
    }
}

/// What a source says of one of its streams.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StreamDescriptor {
    /// The name to read it by.
    pub name: StreamName,
    /// Its columns, where they are known without reading.
    #[serde(default, with = "schema_json::optional", skip_serializing_if = "Option::is_none")]
    pub schema: Option<SchemaRef>,
    /// The columns that identify a row; empty where none are known.
    #[serde(default)]
    pub primary_key: Vec<String>,
    /// Columns that can order an incremental read.
    #[serde(default)]
    pub cursor_candidates: Vec<String>,
    /// About how many rows it has.
    #[serde(default)]
    pub estimated_rows: Option<u64>,
    /// About how many bytes it has.
    #[serde(default)]
    pub estimated_bytes: Option<u64>,
}

impl StreamDescriptor {
    /// A stream of which only the name is known.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: StreamName(name.into()),
            schema: None,
            primary_key: Vec::new(),
            cursor_candidates: Vec::new(),
            estimated_rows: None,
            estimated_bytes: None,
        }
    }
}

/// Asks for rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadRequest {
    /// The stream.
    pub stream: StreamName,
    /// The whole schema that was bound: the connector yields these types or fails.
    #[serde(default, with = "schema_json::optional", skip_serializing_if = "Option::is_none")]
    pub schema: Option<SchemaRef>,
    /// The columns wanted, in order; all where it is `None`; it may be empty, when only the
    /// number of rows counts.
    #[serde(default)]
    pub columns: Option<Vec<String>>,
    /// Conditions, all of which the wanted rows fulfil; see [`ReadPlan::filters`].
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// No more rows than this are needed.
    #[serde(default)]
    pub limit: Option<u64>,
    /// The range of an incremental read.
    #[serde(default)]
    pub cursor: Option<Cursor>,
    /// What [`crate::BatchStream::checkpoint`] gave, to resume after it.
    #[serde(default)]
    pub state: Option<Value>,
    /// Rows to aim for in a batch.
    #[serde(default = "default_batch_rows")]
    pub batch_rows: usize,
    /// Bytes a batch should stay under.
    #[serde(default = "default_batch_bytes")]
    pub batch_bytes: usize,
    /// How many partitions the host can pull at a time.
    #[serde(default = "default_parallelism")]
    pub parallelism: usize,
}

fn default_batch_rows() -> usize {
    8_192
}

fn default_batch_bytes() -> usize {
    8 << 20
}

fn default_parallelism() -> usize {
    1
}

impl ReadRequest {
    /// A full read of a stream: all columns, no filter, batches of 8,192 rows, one partition at
    /// a time.
    pub fn of(stream: StreamName) -> Self {
        Self {
            stream,
            schema: None,
            columns: None,
            filters: Vec::new(),
            limit: None,
            cursor: None,
            state: None,
            batch_rows: default_batch_rows(),
            batch_bytes: default_batch_bytes(),
            parallelism: default_parallelism(),
        }
    }
}

/// A comparison of a column with a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filter {
    /// The column.
    pub column: String,
    /// How it is compared.
    pub comparison: Comparison,
    /// What it is compared with; a list for [`Comparison::In`], null for the null tests.
    #[serde(default)]
    pub value: Value,
}

/// How a column is compared; a null on either side fulfils nothing but the null tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `IN (…)`
    In,
    /// `IS NULL`
    IsNull,
    /// `IS NOT NULL`
    IsNotNull,
    /// A comparison this version does not know; never exact.
    #[serde(other)]
    Unknown,
}

/// How well a connector evaluates a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterSupport {
    /// Every row it yields fulfils the filter.
    Exact,
    /// It leaves out some rows that do not fulfil it; the host evaluates it again.
    Inexact,
    /// It does not look at it.
    #[serde(other)]
    Unsupported,
}

/// The range of an incremental read: `lower <= column <= upper`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// The ordering column.
    pub column: String,
    /// The watermark; the rows at it are read again.
    #[serde(default)]
    pub lower: Option<Value>,
    /// The end of the range.
    #[serde(default)]
    pub upper: Option<Value>,
    /// How far below `lower` to start, in seconds for times and in units for numbers.
    #[serde(default)]
    pub lookback: Option<Value>,
}

/// How a read is split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadPlan {
    /// The partitions in the stream's order; none where there is nothing to read.
    pub partitions: Vec<Partition>,
    /// For each filter of the request, in order, how well it is evaluated.
    #[serde(default)]
    pub filters: Vec<FilterSupport>,
    /// About how many rows will come.
    #[serde(default)]
    pub estimated_rows: Option<u64>,
}

impl ReadPlan {
    /// One partition, no filter evaluated.
    pub fn whole(request: &ReadRequest) -> Self {
        Self {
            partitions: vec![Partition { id: "all".to_owned(), payload: Value::Null }],
            filters: vec![FilterSupport::Unsupported; request.filters.len()],
            estimated_rows: None,
        }
    }
}

/// An independently readable slice of a stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Partition {
    /// Unique within the plan, stable from one plan of the same data to the next.
    pub id: String,
    /// What the connector needs to read it; opaque to the host.
    #[serde(default)]
    pub payload: Value,
}
