//! The syntax tree of a pipeline: one struct for each statement.
//!
//! Variables are still as written (`${name}`): they are substituted later, where it is known what
//! they stand in.

mod clause;
mod condition;
mod include;
mod json;
mod name;
mod test;

use crate::{Span, Spanned};

pub use clause::{Duration, ReadClause, TimeUnit, WriteMode};
pub use condition::{Branch, Comparison, Condition, ConditionKind, If, Operand, OperandKind};
pub use include::Include;
pub use json::{Json, JsonEntry, JsonKind, JsonObject};
pub use name::{Ident, TableName};
pub use test::{Expectation, Test, TestSeverity};

/// The statements of one text, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pipeline {
    /// Every statement that could be made out; those with an error may be missing.
    pub statements: Vec<Statement>,
}

/// One statement and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it says.
    pub kind: StatementKind,
    /// From its first keyword to its last token, without the `;`.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementKind {
    /// `SOURCE …`
    Source(Source),
    /// `LOAD …`
    Load(Load),
    /// `CREATE TABLE …` and `CREATE VIEW …`
    Create(Create),
    /// `EXPORT …`
    Export(Export),
    /// `SET …`
    Set(Set),
    /// `IF …`
    If(If),
    /// `INCLUDE …`
    Include(Include),
    /// `TEST …`
    Test(Test),
}

/// `SOURCE name …`: says where rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What other statements call it.
    pub name: Ident,
    /// Where its rows come from.
    pub origin: Origin,
}

/// Where the rows of a source come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `TYPE connector PARAMS json`
    Type {
        /// The connector, in any case.
        connector: Ident,
        /// What it is told.
        params: JsonObject,
    },
    /// `FROM "connection" [OPTIONS json]`
    Connection {
        /// A connection of the profile.
        name: Spanned<String>,
        /// What goes over the connection's own params.
        options: Option<JsonObject>,
    },
}

/// `LOAD table FROM source …`: brings the rows of a source into a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// The table written.
    pub table: TableName,
    /// The source read.
    pub source: Ident,
    /// The columns that are loaded; empty for all of them.
    pub columns: Vec<Ident>,
    /// The predicate of WHERE.
    pub filter: Option<Sql>,
    /// What is read, if said.
    pub read: Option<ReadClause>,
    /// How the table is written, if said.
    pub write: Option<Spanned<WriteMode>>,
    /// Options of the step.
    pub options: Option<JsonObject>,
}

/// `CREATE [OR REPLACE] TABLE|VIEW name … AS query`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// Whether `OR REPLACE` was written.
    pub or_replace: bool,
    /// Table or view.
    pub relation: Relation,
    /// What is made.
    pub name: TableName,
    /// What is read, if said.
    pub read: Option<ReadClause>,
    /// How the table is written, if said.
    pub write: Option<Spanned<WriteMode>>,
    /// Options of the step.
    pub options: Option<JsonObject>,
    /// The query that makes it.
    pub body: Sql,
}

/// What CREATE makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// A table: the query runs once and its rows are kept.
    Table,
    /// A view: the query runs whenever the view is read.
    View,
}

/// SQL as it stands in the text, byte for byte.
///
/// White space around it is cut off, except the line end that closes a final `--` comment: the
/// text can be put in brackets as it is. Never empty, never only comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sql {
    /// The query.
    pub text: String,
    /// Where it stands; its length is that of `text`.
    pub span: Span,
}

/// `EXPORT … TO "place" …`: sends rows to a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// What is sent.
    pub what: Exported,
    /// Where it is sent, in the words of the connector: a path, an address, a table.
    pub place: Spanned<String>,
    /// Who takes it there.
    pub via: Via,
    /// What is read, if said.
    pub read: Option<ReadClause>,
    /// How the destination is written, if said.
    pub write: Option<Spanned<WriteMode>>,
    /// Options of the step and of the connector.
    pub options: Option<JsonObject>,
}

/// What an export sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exported {
    /// The rows of a query.
    Query(Sql),
    /// All rows of a table or source.
    Table(TableName),
}

/// The connector of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// `TYPE connector`, in any case.
    Type(Ident),
    /// `USING "connection"` of the profile.
    Connection(Spanned<String>),
}

/// `SET name = value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// The variable.
    pub name: Ident,
    /// Its value. A value that is one quoted string loses its quotes (`''` in single quotes is `'`;
    /// `\"`, `\\` and `""` in double quotes are `"`, `\` and `"`); any other is kept as written.
    pub value: Spanned<String>,
}
