use std::fmt;

use serde_json::{Map, Value};
use sqlflow_plugin_sdk::Delivery;
use sqlflow_profile::Secret;
use sqlflow_syntax::{Relation, Span, TableName, TestSeverity};

use crate::{Column, Read, ResilienceParams, SqlText, StepOptions, SyncParams, Write, mask};

/// A node of the plan.
#[derive(Debug, Clone)]
pub struct Step {
    /// Unique in the plan and stable from one plan of the same pipeline to the next:
    /// `load_orders`, `export_csv_daily`, `export_csv_daily_2`.
    pub id: String,
    /// The source, table or place it is about, for people.
    pub name: String,
    /// Ids of the steps that must succeed first, in the plan's order.
    pub depends_on: Vec<String>,
    /// The whole statement.
    pub span: Span,
    /// What its OPTIONS say of how it is done.
    pub options: StepOptions,
    /// What it does.
    pub action: Action,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum Action {
    /// Opens a source and binds its schema.
    Source(SourceStep),
    /// Brings a source's rows into a table.
    Load(LoadStep),
    /// Makes a table or view from a query.
    Transform(TransformStep),
    /// Sends a query's rows to a destination.
    Export(ExportStep),
    /// Looks for rows that a table must not have.
    Test(TestStep),
}

/// The kinds of [`Action`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// [`Action::Source`]
    Source,
    /// [`Action::Load`]
    Load,
    /// [`Action::Transform`]
    Transform,
    /// [`Action::Export`]
    Export,
    /// [`Action::Test`]
    Test,
}

impl Step {
    /// The kind of its action.
    pub fn kind(&self) -> StepKind {
        match self.action {
            Action::Source(_) => StepKind::Source,
            Action::Load(_) => StepKind::Load,
            Action::Transform(_) => StepKind::Transform,
            Action::Export(_) => StepKind::Export,
            Action::Test(_) => StepKind::Test,
        }
    }
}

impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source => "source",
            Self::Load => "load",
            Self::Transform => "transform",
            Self::Export => "export",
            Self::Test => "test",
        })
    }
}

/// The word for a relation in output.
pub(crate) fn relation_name(relation: Relation) -> &'static str {
    match relation {
        Relation::Table => "table",
        Relation::View => "view",
    }
}

/// The word for a severity in output.
pub(crate) fn test_severity(severity: TestSeverity) -> &'static str {
    match severity {
        TestSeverity::Warn => "WARN",
        TestSeverity::Error => "ERROR",
    }
}

/// A connector with the config it is opened with.
#[derive(Clone)]
pub struct Connected {
    /// The connector's name, in lower case.
    pub connector: String,
    /// The connection of the profile it comes from.
    pub connection: Option<String>,
    /// The resolved config: every value checked, defaults filled in, paths absolute.
    pub config: Map<String, Value>,
    /// Values in the config that must never be shown.
    pub secrets: Vec<Secret<String>>,
    /// Names of the config's fields that hold a secret.
    pub secret_fields: Vec<String>,
    /// What is said of another side that is slow or down.
    pub resilience: ResilienceParams,
}

/// Does not show the config's values, some of which are secret.
impl fmt::Debug for Connected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connected")
            .field("connector", &self.connector)
            .field("connection", &self.connection)
            .field("fields", &self.config.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// See [`Action::Source`].
#[derive(Debug, Clone)]
pub struct SourceStep {
    /// The source's name.
    pub source: String,
    /// The connector to open.
    pub connected: Connected,
    /// What its params say of reading and writing; each LOAD of it says what came of that.
    pub sync: Box<SyncParams>,
}

/// See [`Action::Load`].
#[derive(Debug, Clone)]
pub struct LoadStep {
    /// The table that is written.
    pub table: TableName,
    /// The id of the source step.
    pub source: String,
    /// The stream of the source; the table's name where the params name none.
    pub stream: String,
    /// The columns that are loaded, in this order; empty for all of them.
    pub columns: Vec<Column>,
    /// What holds for the rows that are loaded.
    pub filter: Option<SqlText>,
    /// Other sources that the filter names: name as it has it, id of the source step.
    pub sources: Vec<(String, String)>,
    /// What is read of the source.
    pub read: Read,
    /// How the table is written.
    pub write: Write,
    /// `ordered` of the OPTIONS, else of the profile, else true: rows keep the source's order.
    pub ordered: bool,
}

/// See [`Action::Transform`].
#[derive(Debug, Clone)]
pub struct TransformStep {
    /// The table or view that is made.
    pub table: TableName,
    /// Which of the two.
    pub relation: Relation,
    /// Whether OR REPLACE was said.
    pub or_replace: bool,
    /// What its query reads; a view reads all there is, whenever it is read.
    pub read: Read,
    /// How the table is written.
    pub write: Write,
    /// The query.
    pub query: SqlText,
    /// Sources that the query names: name as the query has it, id of the source step.
    pub sources: Vec<(String, String)>,
}

/// See [`Action::Export`]. `Debug` hides secrets.
#[derive(Clone)]
pub struct ExportStep {
    /// The query; `SELECT * FROM t` for a table.
    pub query: SqlText,
    /// Sources that the query names: name as the query has it, id of the source step.
    pub sources: Vec<(String, String)>,
    /// Where to; an absolute path where the destination's places are paths.
    pub place: String,
    /// The place as written, after substitution.
    pub place_as_written: String,
    /// The connector to open.
    pub connected: Connected,
    /// What its query reads.
    pub read: Read,
    /// How the place is written; a mode that the destination has.
    pub write: Write,
    /// What the destination guarantees.
    pub delivery: Delivery,
}

impl fmt::Debug for ExportStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportStep")
            .field("query", &self.query)
            .field("place", &mask::text(&self.place, &self.connected.secrets))
            .field("connected", &self.connected)
            .field("read", &self.read)
            .field("write", &self.write)
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}

/// See [`Action::Test`].
#[derive(Debug, Clone)]
pub struct TestStep {
    /// The table it looks at.
    pub table: TableName,
    /// What is expected, as the pipeline has it.
    pub expectation: String,
    /// What a failure means.
    pub severity: TestSeverity,
    /// The query for the rows, or groups of them, that are not as expected; none is a pass.
    pub query: SqlText,
    /// Sources that the query names: name as the query has it, id of the source step.
    pub sources: Vec<(String, String)>,
}
