use std::{collections::BTreeSet, fmt};

/// A column of a table that a query reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaseColumn {
    /// The table, as the catalog names it; else as the query does.
    pub table: String,
    /// The column, as the catalog spells it.
    pub column: String,
}

/// Columns of base tables, sorted.
pub type Columns = BTreeSet<BaseColumn>;

impl fmt::Display for BaseColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}
