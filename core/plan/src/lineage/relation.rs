use std::collections::BTreeSet;

use super::{
    catalog::Entry,
    column::{BaseColumn, Columns},
    refused::{Refused, Told},
};

/// A column of a relation, with what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    /// `None` where the engine makes the name up, from an expression.
    pub(super) name: Option<String>,
    pub(super) sources: Columns,
}

impl Output {
    pub(super) fn named(name: impl Into<String>, sources: Columns) -> Self {
        Self { name: Some(name.into()), sources }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
    }
}

/// What a query yields, or a table holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Relation {
    /// Its columns in their order.
    Known(Vec<Output>),
    /// A table whose columns are not known, by its label.
    Open(String),
}

impl Relation {
    pub(super) fn of_table(entry: Entry) -> Self {
        let Entry { label, columns } = entry;
        let Some(columns) = columns else { return Self::Open(label) };
        let output = |column: String| {
            let base = BaseColumn { table: label.clone(), column: column.clone() };
            Output::named(column, BTreeSet::from([base]))
        };
        Self::Known(columns.into_iter().map(output).collect())
    }

    /// Its columns; refused where they are not known.
    pub(super) fn outputs(&self) -> Told<&[Output]> {
        match self {
            Self::Known(outputs) => Ok(outputs),
            Self::Open(label) => {
                Err(Refused::because(format!("the columns of `{label}` are not known")))
            }
        }
    }

    /// The column of this name; in an open relation, any.
    pub(super) fn column(&self, name: &str) -> Option<Output> {
        match self {
            Self::Known(outputs) => outputs.iter().find(|output| output.is(name)).cloned(),
            Self::Open(label) => {
                let base = BaseColumn { table: label.clone(), column: name.to_owned() };
                Some(Output::named(name, BTreeSet::from([base])))
            }
        }
    }

    /// Renames the first columns, as `t(a, b)` does.
    pub(super) fn renamed(self, names: &[&str]) -> Told<Self> {
        if names.is_empty() {
            return Ok(self);
        }
        let mut outputs = self.outputs()?.to_vec();
        for (output, name) in outputs.iter_mut().zip(names) {
            output.name = Some((*name).to_owned());
        }
        Ok(Self::Known(outputs))
    }
}
