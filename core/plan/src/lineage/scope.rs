use std::rc::Rc;

use super::{
    catalog::Catalog,
    column::Columns,
    relation::{Output, Relation},
};

/// What a query yields, with the columns that decide its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) relation: Relation,
    pub(super) filters: Columns,
}

/// A relation of a FROM, under the name it goes by there.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) schema: Option<String>,
    pub(super) name: String,
    pub(super) relation: Relation,
}

/// A column that USING or NATURAL makes one of several.
#[derive(Debug, Clone)]
pub(super) struct Merged {
    /// The tables that it is a column of, by their places, the first one first.
    pub(super) members: Vec<usize>,
    pub(super) output: Output,
}

/// The relations of a FROM.
#[derive(Debug, Clone, Default)]
pub(super) struct From {
    pub(super) tables: Vec<Table>,
    pub(super) merged: Vec<Merged>,
    pub(super) filters: Columns,
}

/// The names that can be used at a place of a query.
#[derive(Debug, Default)]
pub(super) struct Scope<'s> {
    pub(super) parent: Option<&'s Scope<'s>>,
    pub(super) catalog: Option<&'s Catalog>,
    /// By name, later ones first.
    pub(super) ctes: Vec<(String, Rc<Answer>)>,
    pub(super) from: From,
    /// Outputs of the SELECT that have an alias.
    pub(super) aliases: Vec<Output>,
    /// Whether an alias hides a column of its name, as in ORDER BY.
    pub(super) aliases_first: bool,
    /// Parameters of a lambda.
    pub(super) parameters: Vec<String>,
}

impl<'s> Scope<'s> {
    pub(super) fn within(parent: &'s Scope<'s>) -> Self {
        Self { parent: Some(parent), ..Self::default() }
    }

    /// A scope in which the relations of `from` can be named.
    pub(super) fn over(parent: &'s Scope<'s>, from: From) -> Self {
        Self { parent: Some(parent), from, ..Self::default() }
    }

    /// This scope and those around it, the innermost first.
    pub(super) fn chain(&self) -> impl Iterator<Item = &Scope<'s>> {
        std::iter::successors(Some(self), |scope| scope.parent)
    }

    pub(super) fn cte(&self, name: &str) -> Option<Rc<Answer>> {
        let mut ctes = self.chain().flat_map(|scope| scope.ctes.iter().rev());
        ctes.find(|(cte, _)| cte.eq_ignore_ascii_case(name)).map(|(_, answer)| Rc::clone(answer))
    }

    pub(super) fn catalog(&self) -> Option<&Catalog> {
        self.chain().find_map(|scope| scope.catalog)
    }
}
