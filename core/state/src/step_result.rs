//! What a step did, in numbers.

use serde::{Deserialize, Serialize};

/// What one attempt of a step did, whether it succeeded or failed.
///
/// A field that a log lacks, because an older version wrote it, reads as its default. `None` means
/// "not measured", which is not the same as zero.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StepResult {
    /// Whether an attempt before this one had done the work and died before it could say so.
    pub recovered: bool,
    /// Rows read.
    pub rows_in: u64,
    /// Rows written.
    pub rows_out: u64,
    /// Rows refused as bad.
    pub rows_rejected: u64,
    /// Rows dropped because they had been seen before.
    pub rows_deduplicated: u64,
    /// Bytes read from outside.
    pub bytes_in: Option<u64>,
    /// Bytes written to outside.
    pub bytes_out: Option<u64>,
    /// Time from the attempt's start to its end, in microseconds.
    pub duration_us: u64,
    /// Where that time was spent waiting.
    pub waits: Waits,
    /// Processor time over all threads, in microseconds.
    pub cpu_us: Option<u64>,
    /// The highest memory use, in bytes.
    pub peak_memory_bytes: Option<u64>,
    /// Calls to the outside that were tried again.
    pub retries: u32,
    /// Connections or credentials that were renewed.
    pub recoveries: u32,
    /// The schema of each input.
    pub input_schemas: Vec<InputSchema>,
    /// The schema of what was made, where something was.
    pub output_schema: Option<Vec<Column>>,
    /// What the user should know although the step went on.
    pub warnings: Vec<String>,
    /// Where the rows went, such as the files written.
    pub places: Vec<String>,
    /// How much a failure of the step matters.
    pub criticality: Criticality,
    /// The time that the pipeline's author expects, in microseconds.
    pub expected_duration_us: Option<u64>,
}

/// Time spent waiting, in microseconds. Threads that wait at the same time each count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Waits {
    /// For the source's next rows.
    pub source_us: u64,
    /// For the engine.
    pub engine_us: u64,
    /// For the destination to take rows.
    pub destination_us: u64,
}

/// The columns of one input of a step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InputSchema {
    /// The table or stream.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<Column>,
}

/// A column's name and type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Column {
    /// The name.
    pub name: String,
    /// The type as text, as the engine writes it. Called `type` in JSON.
    #[serde(rename = "type")]
    pub data_type: String,
}

/// How much a step's failure matters, by the pipeline's author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criticality {
    /// Nobody waits for it.
    Low,
    /// Nothing was said.
    #[default]
    Normal,
    /// Somebody waits for it.
    High,
    /// Somebody has to act at once.
    Critical,
}
