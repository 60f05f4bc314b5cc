//! What only several statements together can have wrong.

use std::{collections::BTreeSet, path::Path};

use sqlflow_syntax::{Diagnostic, Sources};

use crate::{Action, ExportStep, Finding, code, draft::Draft};

/// Exports that write where an earlier one has written.
pub(crate) fn same_places(drafts: &[Draft], sources: &Sources) -> Vec<Finding> {
    let exports: Vec<(&Draft, &ExportStep)> = drafts.iter().filter_map(export).collect();
    let again = exports.iter().enumerate().filter_map(|(number, (draft, step))| {
        let (first, _) = exports[..number].iter().find(|(_, other)| is_same(step, other))?;
        Some(same_place(draft, &sources.line(first.at.start, draft.at.start)))
    });
    again.collect()
}

/// Sources that nothing reads.
pub(crate) fn unused_sources(drafts: &[Draft]) -> Vec<Finding> {
    let read: BTreeSet<&str> = drafts
        .iter()
        .flat_map(|draft| draft.reads.sources.iter().map(|(_, id)| id.as_str()))
        .collect();
    let sources = drafts.iter().filter(|draft| matches!(draft.action, Some(Action::Source(_))));
    sources.filter(|draft| !read.contains(draft.id.as_str())).map(unused).collect()
}

fn export(draft: &Draft) -> Option<(&Draft, &ExportStep)> {
    match &draft.action {
        Some(Action::Export(step)) => Some((draft, step)),
        _ => None,
    }
}

/// A path is one place however it is reached; any other place is part of what the config names.
fn is_same(left: &ExportStep, right: &ExportStep) -> bool {
    let (one, other) = (&left.connected, &right.connected);
    left.place == right.place
        && one.connector == other.connector
        && (Path::new(&left.place).is_absolute() || one.config == other.config)
}

fn same_place(draft: &Draft, first: &str) -> Finding {
    let message = format!("the export on {first} writes to the same place, and would be lost");
    let help = format!("give one of the two another place than \"{}\"", draft.name);
    Finding::pipeline(Diagnostic::error(code::DUPLICATE_PLACE, message, draft.at).help(help))
}

fn unused(draft: &Draft) -> Finding {
    let message = format!("nothing reads the source `{}`", draft.name);
    let help = format!("LOAD a table FROM {}, or take the source out", draft.name);
    Finding::pipeline(Diagnostic::warning(code::UNUSED_SOURCE, message, draft.at).help(help))
}
