use std::collections::BTreeSet;
use std::fmt::Write;

use sqlflow_plan::lineage::{DatasetColumn, Maker, Trace};

use super::selection::{Selection, Traced};

/// The lineage for people: every step's columns, or a tree for each column that was asked for.
pub(crate) fn text(selection: &Selection<'_>) -> String {
    let mut text = String::new();
    match &selection.target {
        None => selection.makers.iter().for_each(|maker| of_step(maker, &mut text)),
        Some((_, traced)) => {
            traced.iter().for_each(|traced| of_column(traced, &mut text));
            selection.makers.iter().for_each(|maker| notes(maker, &mut text));
        }
    }
    text
}

fn of_step(maker: &Maker, text: &mut String) {
    let Maker { dataset, step, pipeline, .. } = maker;
    let _ = writeln!(text, "{} ({}, {step} of {pipeline})", dataset.name, dataset.kind.word());
    match &maker.columns {
        Err(refused) => {
            let _ = writeln!(text, "  not told: {refused}");
        }
        Ok(columns) => {
            let width = columns.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
            for (name, sources) in columns {
                let line = format!("  {name:width$} ← {}", list(sources));
                let _ = writeln!(text, "{}", line.trim_end());
            }
            filters(maker, text);
        }
    }
}

fn filters(maker: &Maker, text: &mut String) {
    if !maker.filters.is_empty() {
        let _ = writeln!(text, "  rows by {}", list(&maker.filters));
    }
}

/// Of a step behind a column that was asked for, what its tree does not show.
fn notes(maker: &Maker, text: &mut String) {
    let Maker { dataset, step, pipeline, .. } = maker;
    if let Err(refused) = &maker.columns {
        let _ = writeln!(text, "not told: {} ({step} of {pipeline}): {refused}", dataset.name);
    } else if !maker.filters.is_empty() {
        let filters = list(&maker.filters);
        let _ = writeln!(text, "rows of {} ({step} of {pipeline}) by {filters}", dataset.name);
    }
}

fn of_column(traced: &Traced, text: &mut String) {
    let _ = writeln!(text, "{}", shown(&traced.column));
    for (trace, arrow) in [(&traced.upstream, '←'), (&traced.downstream, '→')] {
        let next = trace.iter().flat_map(|trace| &trace.next);
        next.for_each(|trace| branch(trace, arrow, 1, text));
    }
}

fn branch(trace: &Trace, arrow: char, depth: usize, text: &mut String) {
    let again = if trace.is_repeated { " (see above)" } else { "" };
    let _ = writeln!(text, "{}{arrow} {}{again}", "  ".repeat(depth), shown(&trace.column));
    trace.next.iter().for_each(|next| branch(next, arrow, depth + 1, text));
}

fn list(columns: &BTreeSet<DatasetColumn>) -> String {
    let names: Vec<String> = columns.iter().map(shown).collect();
    names.join(", ")
}

fn shown(column: &DatasetColumn) -> String {
    format!("{}.{}", column.dataset.name, column.column)
}
