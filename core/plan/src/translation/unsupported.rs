//! What the language has and this version has not: refused by name, never ignored.

use sqlflow_syntax::{Diagnostic, ReadClause, Span, Spanned, Test, WriteMode};

use super::Translation;
use crate::code;

impl Translation<'_> {
    pub(super) fn refuse_test(&mut self, _test: &Test, span: Span) {
        self.refuse("TEST", span);
    }

    /// Refuses a read clause, and a write clause that is none of `can`.
    pub(super) fn refuse_clauses(
        &mut self,
        read: Option<&ReadClause>,
        write: Option<&Spanned<WriteMode>>,
        can: &[WriteMode],
    ) {
        if let Some(read) = read {
            self.refuse("INCREMENTAL BY", read.span);
        }
        if let Some(write) = write.filter(|write| !can.contains(&write.value)) {
            self.refuse(&format!("MODE {}", write.value.words()), write.span);
        }
    }

    pub(super) fn refuse(&mut self, what: &str, span: Span) {
        let message = format!("{what} is not supported yet");
        self.report(Diagnostic::error(code::NOT_SUPPORTED, message, span).help("take it out"));
    }
}
