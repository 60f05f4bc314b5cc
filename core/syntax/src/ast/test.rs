//! TEST: what must hold of a table.

use crate::{Comparison, Duration, Ident, Spanned, Sql, TableName};

/// `TEST "name" ON table EXPECT … [SEVERITY …]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// What it is called in reports.
    pub name: Spanned<String>,
    /// The table it looks at.
    pub table: TableName,
    /// What must hold.
    pub expect: Expectation,
    /// What a failure means, if said.
    pub severity: Option<Spanned<TestSeverity>>,
}

/// What a test expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// `NOT_NULL a, b`: no row has a NULL in one of the columns.
    NotNull(Vec<Ident>),
    /// `UNIQUE a, b`: no two rows have the same values in all the columns.
    Unique(Vec<Ident>),
    /// `ACCEPTED_VALUES a ('x', 'y')`: the column has no other value.
    AcceptedValues {
        /// The column.
        column: Ident,
        /// The values between the brackets.
        values: Sql,
    },
    /// `RELATIONSHIPS a REFERENCES other(b)`: every value is one of the other column.
    Relationships {
        /// The column.
        column: Ident,
        /// The other table.
        table: TableName,
        /// The other column.
        to: Ident,
    },
    /// `FRESH a WITHIN 2 HOURS`: the highest value is at most that old.
    Fresh {
        /// The column.
        column: Ident,
        /// How old.
        within: Spanned<Duration>,
    },
    /// `ROWS >= 100`: so many rows are there.
    Rows {
        /// How the number of rows is compared.
        relation: Comparison,
        /// With what.
        count: Spanned<u64>,
    },
    /// A query that must return no row.
    NoRows(Sql),
}

/// What a failed test means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TestSeverity {
    /// It is told, and the run goes on.
    Warn,
    /// What reads the table does not run, and the run fails. This is the default.
    Error,
}
