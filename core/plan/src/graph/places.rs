use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Graph, dependencies::ancestors};
use crate::{Action, Connected, ExportStep, SourceStep, draft::Draft};

/// Lets statements that meet at a place outside keep the order of the file: an export, and what
/// reads the same place with the same connector. A place that a source names by a pattern is not
/// recognised; two exports to one place are refused elsewhere.
pub(super) fn follow_places(drafts: &[Draft], graph: &mut Graph) {
    let sources = sources(drafts);
    for (number, draft) in drafts.iter().enumerate() {
        let Some(Action::Export(export)) = &draft.action else { continue };
        for (other, reader) in drafts.iter().enumerate().filter(|(other, _)| *other != number) {
            if meets(export, reader, &sources) {
                let (first, second) = (number.min(other), number.max(other));
                wait(graph, second, first);
            }
        }
    }
}

/// Where a table is used above the line that makes it, the order of the file is not to be had.
fn wait(graph: &mut Graph, second: usize, first: usize) {
    if !ancestors(graph, first)[second] {
        graph[second].insert(first);
    }
}

fn sources(drafts: &[Draft]) -> BTreeMap<&str, &SourceStep> {
    drafts.iter().filter_map(source).collect()
}

fn source(draft: &Draft) -> Option<(&str, &SourceStep)> {
    match &draft.action {
        Some(Action::Source(source)) => Some((draft.id.as_str(), source)),
        _ => None,
    }
}

fn meets(export: &ExportStep, other: &Draft, sources: &BTreeMap<&str, &SourceStep>) -> bool {
    let stream = match &other.action {
        Some(Action::Load(load)) => Some(load.stream.as_str()),
        _ => None,
    };
    let ids: BTreeSet<&str> = other.reads.sources.iter().map(|(_, id)| id.as_str()).collect();
    let mut read = ids.iter().filter_map(|id| sources.get(id).map(|source| &source.connected));
    read.any(|source| {
        let is_there = stream == Some(export.place.as_str()) || names(source, &export.place);
        source.connector == export.connected.connector && is_there
    })
}

/// Whether a value of the config is the place, or has it among others.
fn names(source: &Connected, place: &str) -> bool {
    let is_place = |value: &Value| value.as_str() == Some(place);
    source.config.values().any(|value| match value {
        Value::Array(values) => values.iter().any(is_place),
        value => is_place(value),
    })
}
