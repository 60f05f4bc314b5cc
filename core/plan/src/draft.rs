use sqlflow_syntax::Span;

use crate::{Action, Step, table_key::TableKey, tables::Reading};

/// A statement on its way to a [`Step`]: what it depends on is not known yet.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The whole statement.
    pub(crate) span: Span,
    /// The name of what it makes, for a caret.
    pub(crate) at: Span,
    /// `None` where something is wrong with it, which has been reported.
    pub(crate) action: Option<Action>,
    pub(crate) writes: Option<TableKey>,
    pub(crate) reads: Reading,
    /// Whether its reads happen when it is read.
    pub(crate) is_view: bool,
}

impl Draft {
    pub(crate) fn into_step(self, depends_on: Vec<String>) -> Option<Step> {
        let Self { id, name, span, action, .. } = self;
        Some(Step { id, name, depends_on, span, action: action? })
    }
}
