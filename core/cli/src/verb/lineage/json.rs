use serde_json::{Value, json};
use sqlflow_plan::lineage::{DatasetColumn, Edge, Maker};

use super::selection::Selection;

/// The steps with their columns and filters, and every edge. Keys are added, never changed.
pub(crate) fn json(selection: &Selection<'_>) -> Value {
    json!({
        "target": selection.target.as_ref().map(|(name, _)| name),
        "steps": selection.makers.iter().map(|maker| step(maker)).collect::<Vec<Value>>(),
        "columns": selection.columns().iter().map(column).collect::<Vec<Value>>(),
        "edges": selection.edges.iter().map(edge).collect::<Vec<Value>>(),
    })
}

fn step(maker: &Maker) -> Value {
    let columns = maker.columns.as_ref().ok().map(|columns| {
        let entry = |(name, sources): &(String, std::collections::BTreeSet<DatasetColumn>)| {
            json!({ "name": name, "sources": sources.iter().map(column).collect::<Vec<Value>>() })
        };
        columns.iter().map(entry).collect::<Vec<Value>>()
    });
    json!({
        "pipeline": maker.pipeline,
        "step": maker.step,
        "makes": { "kind": maker.dataset.kind.word(), "name": maker.dataset.name },
        "columns": columns,
        "filters": maker.filters.iter().map(column).collect::<Vec<Value>>(),
        "refused": maker.columns.as_ref().err().map(|refused| &refused.reason),
    })
}

fn edge(edge: &Edge<'_>) -> Value {
    json!({
        "from": column(edge.from),
        "to": column(&edge.to),
        "pipeline": edge.maker.pipeline,
        "step": edge.maker.step,
    })
}

fn column(column: &DatasetColumn) -> Value {
    let dataset = &column.dataset;
    json!({ "kind": dataset.kind.word(), "name": dataset.name, "column": column.column })
}
