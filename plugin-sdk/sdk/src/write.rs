use std::fmt;

use arrow::datatypes::SchemaRef;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::schema_json;

/// What stands behind `TO` in an EXPORT: a file path, a table, a URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub String);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The deterministic id of one publish; the same after a crash and resume, another in another run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommitToken(pub String);

impl fmt::Display for CommitToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What becomes of the rows that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteMode {
    /// They give way to the new rows.
    Replace,
    /// They stay.
    Append,
    /// Those with the key of a new row give way to it.
    Upsert,
}

impl WriteMode {
    /// The word for it in manifests and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Append => "append",
            Self::Upsert => "upsert",
        }
    }
}

/// Asks for a write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WriteRequest {
    /// Where to.
    pub place: Place,
    /// What becomes of the rows there.
    pub mode: WriteMode,
    /// The columns that identify a row, for [`WriteMode::Upsert`].
    #[serde(default)]
    pub keys: Vec<String>,
    /// The id of this publish.
    pub token: CommitToken,
    /// The columns that will come. Crosses the boundary as an Arrow schema, not as JSON.
    #[serde(skip, default = "schema_json::empty")]
    pub schema: SchemaRef,
}

/// What is published, to be stored beside the data where the destination can.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommitRecord {
    /// The id of this publish.
    pub token: CommitToken,
    /// Rows that were staged, as counted by the host.
    pub rows: u64,
    /// The watermark these rows reach.
    #[serde(default)]
    pub watermark: Option<Value>,
}

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WriteReport {
    /// Rows published.
    pub rows: u64,
    /// Bytes published, where they are known.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// The places published, such as file paths.
    #[serde(default)]
    pub places: Vec<String>,
    /// What the user should know.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitStatus {
    /// It is published.
    Committed,
    /// It is not, and never will be.
    Aborted,
    /// The destination has no record of it.
    #[serde(other)]
    Unknown,
}

/// A change of the columns at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
#[non_exhaustive]
pub enum SchemaChange {
    /// Adds columns; they are null in the rows that are there.
    AddColumns {
        /// The new columns.
        #[serde(with = "schema_json")]
        columns: SchemaRef,
    },
    /// Gives columns a wider type that holds every value they have.
    WidenColumns {
        /// The columns in their new types.
        #[serde(with = "schema_json")]
        columns: SchemaRef,
    },
}
