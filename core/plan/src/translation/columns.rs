use sqlflow_syntax::{Diagnostic, Ident};

use crate::code;

/// The first column of a list that stands in it before.
pub(super) fn twice(columns: &[Ident]) -> Option<Diagnostic> {
    let again = columns.iter().enumerate().find(|(number, column)| {
        columns[..*number].iter().any(|before| before.matches(&column.text))
    });
    let (_, column) = again?;
    let message = format!("the column `{}` stands twice in this list", column.text);
    Some(Diagnostic::error(code::COLUMN_TWICE, message, column.span).help("take one of them out"))
}
