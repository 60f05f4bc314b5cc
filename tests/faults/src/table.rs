use crate::marks::mark;
use crate::random::Random;

/// The types of columns, as the engine has them after a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// BIGINT
    Int,
    /// DOUBLE
    Real,
    /// VARCHAR
    Text,
    /// DATE
    Date,
    /// BOOLEAN
    Flag,
}

/// A column of a known type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, without quotes.
    pub name: String,
    /// Its type.
    pub kind: Type,
}

/// A table whose columns are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name, as it is written in SQL.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
}

impl Column {
    /// A column.
    #[must_use]
    pub fn new(name: &str, kind: Type) -> Self {
        Self { name: name.to_owned(), kind }
    }

    /// The name as SQL has it, in quotes where it needs them.
    #[must_use]
    pub fn sql(&self) -> String {
        let is_plain = self.name.chars().all(|sign| sign.is_alphanumeric() || sign == '_')
            && !self.name.starts_with(|first: char| first.is_ascii_digit())
            && !["order", "group", "select"].contains(&self.name.to_lowercase().as_str());
        if is_plain { self.name.clone() } else { format!("\"{}\"", self.name) }
    }

    /// The name in SQL, marked as one that can be misspelt.
    #[must_use]
    pub fn marked(&self) -> String {
        mark("col", &self.sql())
    }
}

impl Table {
    /// A column of this type, by chance; `None` if there is none.
    #[must_use]
    pub fn column(&self, kind: Type, random: &mut Random) -> Option<&Column> {
        let fitting: Vec<&Column> =
            self.columns.iter().filter(|column| column.kind == kind).collect();
        (!fitting.is_empty()).then(|| *random.pick(&fitting))
    }

    /// Any column.
    #[must_use]
    pub fn any(&self, random: &mut Random) -> &Column {
        random.pick(&self.columns)
    }

    /// The name, marked as one that can be misspelt.
    #[must_use]
    pub fn marked(&self) -> String {
        mark("tab", &self.name)
    }
}
