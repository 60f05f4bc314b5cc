use sqlflow_syntax::Span;

use crate::{Action, Step, StepOptions, table_key::TableKey, tables::Reading};

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
    /// The table whose readers wait until it has passed.
    pub(crate) guards: Option<TableKey>,
    pub(crate) options: StepOptions,
}

impl Draft {
    /// Whether it is a TEST.
    pub(crate) fn is_test(&self) -> bool {
        matches!(self.action, Some(Action::Test(_)))
    }

    pub(crate) fn into_step(self, depends_on: Vec<String>) -> Option<Step> {
        let Self { id, name, span, action, options, .. } = self;
        Some(Step { id, name, depends_on, span, options, action: action? })
    }
}
